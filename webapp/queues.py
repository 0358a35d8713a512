"""The doorbell: queue and job names as strings, and enqueueing that waits for the commit.

PostgreSQL is the queue of record. What Valkey loses, or never hears of, the sweeper brings back;
so a Valkey that is down delays work and fails nothing here.
"""

import logging
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.job import Job, JobStatus
from rq.serializers import DefaultSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session

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
WORK_TRIAL = "jobs.tasks.work_trial"
WITHDRAW_HELD = "jobs.tasks.withdraw_held"
REGROUP_PROBLEMS = "jobs.tasks.regroup_problems"
FIND_VOLATILE_PATHS = "jobs.tasks.find_volatile_paths"
COUNT_VALUES = "jobs.tasks.count_values"
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
    APPLY_OFFER: 300,
    TICK: 300,
}
JOB_NAMES = tuple(TIMEOUTS)
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
    pending = session.info.setdefault(_PENDING, [])
    pending.extend(
        PendingJob(queue_name, APPLY_OFFER, (id,), offer_job_key(id), False) for id in ids
    )


def offer_job_key(id: int) -> str:
    return f"offer-{id}"


def offer_job_id(key: str) -> int:
    """The offer job's id out of its RQ job id."""
    return int(key.removeprefix("offer-"))


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
        offers: dict[str, list[int]] = {}
        for job in pending:
            if job.name == APPLY_OFFER:
                offers.setdefault(job.queue, []).append(job.args[0])
            else:
                queue(job.queue).enqueue_call(
                    job.name, args=job.args, job_id=job.job_id, at_front=job.at_front,
                    timeout=TIMEOUTS[job.name], result_ttl=600, failure_ttl=86_400,
                )  # fmt: skip
        for name, ids in offers.items():
            enqueue_offer_jobs(valkey(), name, ids)
    except RedisError as error:
        log.warning("The queue can't be reached (%s); the sweeper will deliver later.", error)


# All offer jobs are alike but for their id: one is made and serialised by RQ, the server makes
# the others of it. RQ's own `enqueue_many` spends 180 µs of the caller's time on each.
_COPY_JOBS = """
local fields, first = {}, tonumber(ARGV[1]) + 2
for i = 2, first - 1 do fields[i - 1] = ARGV[i] end
local last = #fields
fields[last + 1] = 'data'
for i = first, #ARGV, 2 do
    fields[last + 2] = ARGV[i + 1]
    redis.call('HSET', KEYS[2] .. ARGV[i], unpack(fields))
    redis.call('RPUSH', KEYS[1], ARGV[i])
end
"""
_COPIES_AT_ONCE = 1000


def enqueue_offer_jobs(connection: "Redis", queue_name: str, ids: Sequence[int]) -> None:
    """Enqueue one RQ job an offer job, a thousand a round trip."""
    template = Job.create(
        APPLY_OFFER, args=(0,), connection=connection, origin=queue_name, status=JobStatus.QUEUED,
        timeout=TIMEOUTS[APPLY_OFFER], result_ttl=0, failure_ttl=86_400, description="apply_offer",
    )  # fmt: skip
    fields = template.to_dict(include_meta=False)
    fields["enqueued_at"] = fields["created_at"]
    del fields["data"]
    shared = [part for pair in fields.items() if pair[1] != "" for part in pair]
    connection.sadd(Queue.redis_queues_keys, queue(queue_name, connection).key)
    for start in range(0, len(ids), _COPIES_AT_ONCE):
        copies: list[str | bytes] = []
        for id in ids[start : start + _COPIES_AT_ONCE]:
            call = DefaultSerializer.dumps((APPLY_OFFER, None, (id,), {}))
            copies += (offer_job_key(id), zlib.compress(call, 1))
        connection.eval(
            _COPY_JOBS, 2, queue(queue_name, connection).key, Job.redis_job_namespace_prefix,
            len(shared), *shared, *copies,
        )  # fmt: skip
