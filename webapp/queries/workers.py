"""Who works in the background right now, as Valkey tells it: a picture, never the truth.

A page must not wait for a Valkey that is away, so it is asked with little patience.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import as_text
from rq.worker import BaseWorker

from webapp import queues
from webapp.config import Config
from webapp.queries.engines import impatient_valkey
from webapp.queue_tallies import EXPIRED_KEY, TAKEN_KEY, tallies

# This many ticks may be missed before the tick counts as silent.
TICKS_MISSED = 3
# Whether it waits or works, a worker beats at least as often.
HEARTBEAT_SECONDS = 15
WORKER_SILENT_SECONDS = 25


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """`job` is the id of the RQ job at hand; an offers worker, which takes many, names none."""

    name: str
    host: str
    pid: int | None
    queues: list[str]
    is_busy: bool
    job: str
    born_at: datetime | None
    last_heartbeat: datetime | None
    is_silent: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    """`taken` and `expired` were counted since Valkey last began anew."""

    name: str
    waiting: int
    oldest_at: datetime | None
    failed: int
    taken: int
    expired: int


@dataclass(frozen=True, slots=True)
class BackgroundWork:
    """`tick_at` is when schedules were last looked at; None: never, as far as Valkey knows."""

    is_reachable: bool
    workers: list[WorkerRow]
    queues: list[QueueRow]
    tick_at: datetime | None
    is_tick_silent: bool

    @property
    def waiting(self) -> dict[str, int]:
        return {queue.name: queue.waiting for queue in self.queues}

    @property
    def silent_queues(self) -> list[str]:
        """Queues that no living worker listens to."""
        served = {name for worker in self.workers if not worker.is_silent for name in worker.queues}
        return [queue.name for queue in self.queues if queue.name not in served]


AWAY = BackgroundWork(False, [], [], None, False)


def background_work() -> BackgroundWork:
    config: Config = current_app.config["OFFERDOCK"]
    try:
        with impatient_valkey(config) as connection:
            workers = [_worker_row(worker) for worker in _workers(connection)]
            rows = queue_rows(connection)
            tick = connection.get(queues.TICK_KEY)
    except RedisError:
        return AWAY
    tick_at = datetime.fromtimestamp(float(tick), UTC) if tick else None
    longest = config.tick_seconds * TICKS_MISSED
    return BackgroundWork(
        is_reachable=True,
        workers=sorted(workers, key=lambda row: row.name),
        queues=rows,
        tick_at=tick_at,
        is_tick_silent=tick_at is None or time.time() - tick_at.timestamp() > longest,
    )


def _workers(connection: Redis) -> list[BaseWorker]:
    return Worker.all(connection=connection, serializer=JSONSerializer)


def queue_rows(connection: Redis) -> list[QueueRow]:
    with connection.pipeline(transaction=False) as pipe:
        pipe.hgetall(TAKEN_KEY)
        pipe.hgetall(EXPIRED_KEY)
        for name in queues.QUEUE_NAMES:
            key = f"{Queue.redis_queue_namespace_prefix}{name}"
            pipe.llen(key)
            pipe.lindex(key, 0)
            pipe.zcard(f"rq:failed:{name}")
        taken, expired, *facts = pipe.execute()
        for first in facts[1::3]:
            pipe.hget(f"{Job.redis_job_namespace_prefix}{as_text(first or b'')}", "enqueued_at")
        since = pipe.execute()
    return [
        QueueRow(
            name=name,
            waiting=facts[3 * index],
            oldest_at=datetime.fromisoformat(as_text(since[index])) if since[index] else None,
            failed=facts[3 * index + 2],
            taken=tallies(taken).get(name, 0),
            expired=tallies(expired).get(name, 0),
        )
        for index, name in enumerate(queues.QUEUE_NAMES)
    ]


def _worker_row(worker: BaseWorker) -> WorkerRow:
    beat = worker.last_heartbeat
    at_hand = worker.get_current_executions()
    return WorkerRow(
        name=worker.name,
        host=worker.hostname or "",
        pid=worker.pid,
        queues=worker.queue_names(),
        is_busy=worker.get_state() == "busy",
        job=at_hand[0].job_id if at_hand else "",
        born_at=worker.birth_date,
        last_heartbeat=beat,
        is_silent=beat is None or time.time() - beat.timestamp() > WORKER_SILENT_SECONDS,
    )
