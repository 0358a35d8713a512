"""Who works in the background right now, as Valkey tells it: a picture, never the truth.

A page must not wait for a Valkey that is away, so it is asked with little patience.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Worker
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker

from webapp import queues
from webapp.config import Config

PATIENCE_SECONDS = 0.25
# This many ticks may be missed before the tick counts as silent.
TICKS_MISSED = 4
# A worker that waits for work beats at least this often; one that works may not.
WORKER_SILENT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class WorkerRow:
    name: str
    queues: list[str]
    is_busy: bool
    last_heartbeat: datetime | None
    is_silent: bool


@dataclass(frozen=True, slots=True)
class BackgroundWork:
    """`tick_at` is when schedules were last looked at; None: never, as far as Valkey knows."""

    is_reachable: bool
    workers: list[WorkerRow]
    waiting: dict[str, int]
    tick_at: datetime | None
    is_tick_silent: bool

    @property
    def silent_queues(self) -> list[str]:
        """Queues that no living worker listens to."""
        served = {name for worker in self.workers if not worker.is_silent for name in worker.queues}
        return [name for name in self.waiting if name not in served]


AWAY = BackgroundWork(False, [], {}, None, False)


def background_work() -> BackgroundWork:
    config: Config = current_app.config["OFFERDOCK"]
    try:
        connection = _impatient(config)
        workers = Worker.all(connection=connection, serializer=JSONSerializer)
        with connection.pipeline(transaction=False) as pipe:
            pipe.get(queues.TICK_KEY)
            for name in queues.QUEUE_NAMES:
                pipe.llen(f"rq:queue:{name}")
            tick, *depths = pipe.execute()
    except RedisError:
        return AWAY
    tick_at = datetime.fromtimestamp(float(tick), UTC) if tick else None
    longest = config.tick_seconds * TICKS_MISSED
    return BackgroundWork(
        is_reachable=True,
        workers=sorted((_worker_row(worker) for worker in workers), key=lambda row: row.name),
        waiting=dict(zip(queues.QUEUE_NAMES, depths, strict=True)),
        tick_at=tick_at,
        is_tick_silent=tick_at is None or time.time() - tick_at.timestamp() > longest,
    )


def _impatient(config: Config) -> Redis:
    return Redis.from_url(
        config.redis_url,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def _worker_row(worker: BaseWorker) -> WorkerRow:
    beat = worker.last_heartbeat
    is_busy = worker.get_state() == "busy"
    is_late = beat is None or time.time() - beat.timestamp() > WORKER_SILENT_SECONDS
    return WorkerRow(
        name=worker.name,
        queues=worker.queue_names(),
        is_busy=is_busy,
        last_heartbeat=beat,
        is_silent=is_late and not is_busy,
    )
