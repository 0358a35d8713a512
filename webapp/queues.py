"""The doorbell: queue and job names as strings, and enqueueing that waits for the commit.

PostgreSQL is the queue of record. What Valkey loses, or never hears of, the sweeper brings back;
so a Valkey that is down delays work and fails nothing here.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy import event
from sqlalchemy.orm import Session

from webapp.copied_jobs import Copied, enqueue_copies

log = logging.getLogger(__name__)

IMPORTS = "imports"
OFFERS_LIVE = "offers-live"
OFFERS_BULK = "offers-bulk"
DEFAULT = "default"
QUEUE_NAMES = (IMPORTS, OFFERS_LIVE, OFFERS_BULK, DEFAULT)

# The jobs of jobs/tasks.py, by name: this side never imports that one.
IMPORT_RUN = "jobs.tasks.import_run"
FINISH_RUN = "jobs.tasks.finish_run"
APPLY_OFFER = "jobs.tasks.apply_offer"
APPLY_DELIVERY = "jobs.tasks.apply_delivery"
WORK_TRIAL = "jobs.tasks.work_trial"
WITHDRAW_HELD = "jobs.tasks.withdraw_held"
REGROUP_PROBLEMS = "jobs.tasks.regroup_problems"
FIND_VOLATILE_PATHS = "jobs.tasks.find_volatile_paths"
COUNT_VALUES = "jobs.tasks.count_values"
SEND_RECEIPTS = "jobs.tasks.send_receipts"
FETCH_CHANGED = "jobs.tasks.fetch_changed"
REPLAY_DELIVERIES = "jobs.tasks.replay_deliveries"
SEND_RETRY = "jobs.tasks.send_retry"
SEND_NOTIFICATIONS = "jobs.tasks.send_notifications"
TICK = "jobs.tasks.tick"
# Seconds after which RQ gives up on a job, by name.
TIMEOUTS = {
    IMPORT_RUN: 4 * 3600,
    WORK_TRIAL: 900,
    FINISH_RUN: 900,
    WITHDRAW_HELD: 900,
    REGROUP_PROBLEMS: 900,
    FIND_VOLATILE_PATHS: 900,
    COUNT_VALUES: 900,
    SEND_RECEIPTS: 300,
    FETCH_CHANGED: 300,
    REPLAY_DELIVERIES: 300,
    SEND_RETRY: 300,
    SEND_NOTIFICATIONS: 300,
    APPLY_OFFER: 300,
    APPLY_DELIVERY: 300,
    TICK: 300,
}
JOB_NAMES = tuple(TIMEOUTS)
# Of these there are many, all alike but for their id, under keys such as "offer-17".
COPIED = {
    APPLY_OFFER: Copied(APPLY_OFFER, "offer", TIMEOUTS[APPLY_OFFER]),
    APPLY_DELIVERY: Copied(APPLY_DELIVERY, "delivery", TIMEOUTS[APPLY_DELIVERY]),
}
# Offer jobs waiting in Valkey at once; the rest waits in PostgreSQL.
MOST_WAITING = 20_000
TICK_KEY = "offerdock:tick"

_PENDING = "offerdock_pending_jobs"


@dataclass(frozen=True, slots=True)
class PendingJob:
    queue: str
    name: str
    args: tuple[int, ...]
    job_id: str
    at_front: bool


def valkey() -> "Redis":
    connection: Redis = current_app.extensions["valkey"]
    return connection


def queue(name: str, connection: "Redis | None" = None) -> Queue:
    return Queue(name, connection=connection or valkey())


def is_waiting(queue_name: str, job_id: str) -> bool:
    """False also when nobody can tell: ringing twice is harmless."""
    try:
        return queue(queue_name).get_job_position(job_id) is not None
    except RedisError:
        return False


def enqueue_after_commit(
    session: Session, queue_name: str, name: str, *args: int, job_id: str, at_front: bool = False
) -> None:
    """Ring for a job once the session's transaction is durable; a rollback forgets it."""
    pending = session.info.setdefault(_PENDING, [])
    pending.append(PendingJob(queue_name, name, args, job_id, at_front))


def enqueue_offer_jobs_after_commit(session: Session, queue_name: str, ids: Iterable[int]) -> None:
    _enqueue_copies_after_commit(session, queue_name, APPLY_OFFER, ids)


def enqueue_deliveries_after_commit(session: Session, ids: Iterable[int]) -> None:
    _enqueue_copies_after_commit(session, OFFERS_LIVE, APPLY_DELIVERY, ids)


def ring_for_delivery(id: int) -> None:
    """For one that is durable already."""
    try:
        enqueue_copies(valkey(), OFFERS_LIVE, COPIED[APPLY_DELIVERY], [id])
    except RedisError as error:
        log.warning("The queue can't be reached (%s); the sweeper will deliver later.", error)


def _enqueue_copies_after_commit(
    session: Session, queue_name: str, name: str, ids: Iterable[int]
) -> None:
    pending = session.info.setdefault(_PENDING, [])
    pending.extend(PendingJob(queue_name, name, (id,), COPIED[name].key(id), False) for id in ids)


def ids_named(name: str, keys: Iterable[str]) -> list[int]:
    """The ids of offer jobs (`APPLY_OFFER`) or deliveries (`APPLY_DELIVERY`) among RQ job ids."""
    prefix = COPIED[name].key("")
    return [int(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)]


def listen_for_commits(session_class: type[Session]) -> None:
    """Once a process, however many applications it makes."""
    if not event.contains(session_class, "after_commit", _enqueue_pending):
        event.listen(session_class, "after_commit", _enqueue_pending)
        event.listen(session_class, "after_rollback", _forget_pending)


def _forget_pending(session: Session) -> None:
    # What a savepoint takes back rang for nothing; what was rung for before it still counts.
    if not session.in_nested_transaction():
        session.info.pop(_PENDING, None)


def _enqueue_pending(session: Session) -> None:
    # SQLAlchemy calls the end of a savepoint a commit too, but nobody else sees its rows yet.
    if session.in_nested_transaction():
        return
    pending: list[PendingJob] = session.info.pop(_PENDING, [])
    try:
        copies: dict[tuple[str, str], list[int]] = {}
        for job in pending:
            if job.name in COPIED:
                copies.setdefault((job.queue, job.name), []).append(job.args[0])
            else:
                queue(job.queue).enqueue_call(
                    job.name, args=job.args, job_id=job.job_id, at_front=job.at_front,
                    timeout=TIMEOUTS[job.name], result_ttl=600, failure_ttl=86_400,
                )  # fmt: skip
        for (queue_name, name), ids in copies.items():
            enqueue_copies(valkey(), queue_name, COPIED[name], ids)
    except RedisError as error:
        log.warning("The queue can't be reached (%s); the sweeper will deliver later.", error)
