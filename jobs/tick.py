"""The tick process: rq-scheduler with one static job, and a cure for each of its known defects.

Schedules live in PostgreSQL; rq-scheduler only rings every few seconds. What it loses is put back
in the next cycle, what it does twice is harmless, and an error doesn't end the process. While
Valkey is away this process has nothing to ring, and says so instead.
"""

import logging
import signal
import time
from datetime import UTC, datetime
from types import FrameType

import psycopg
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq.job import Job
from rq_scheduler import Scheduler
from sqlalchemy.exc import SQLAlchemyError

from jobs.notify.machinery import tell_valkey_away
from jobs.tasks import own_session
from webapp import queues

log = logging.getLogger(__name__)

TICK_JOB_ID = "tick"
CYCLE_SECONDS = 1
LONGEST_WAIT_SECONDS = 5.0


class TickScheduler(Scheduler):  # type: ignore[misc]  # rq-scheduler has no annotations
    """Puts the tick back whenever it is gone: a crash between rq-scheduler's ZREM and ZADD, or a
    job hash that was evicted or flushed, would otherwise end it for good."""

    def __init__(self, connection: Redis, tick_seconds: int) -> None:
        super().__init__(queues.DEFAULT, connection=connection, interval=CYCLE_SECONDS)
        self.tick_seconds = tick_seconds
        # By the clock of time.monotonic(); None: Valkey never answered.
        self.rang_at: float | None = None

    def enqueue_jobs(self) -> object:
        self.put_back_tick()
        enqueued = super().enqueue_jobs()
        self.rang_at = time.monotonic()
        return enqueued

    def put_back_tick(self) -> None:
        is_scheduled = self.connection.zscore(self.scheduled_jobs_key, TICK_JOB_ID) is not None
        if is_scheduled and Job.exists(TICK_JOB_ID, connection=self.connection):
            return
        self.schedule(
            scheduled_time=datetime.now(UTC).replace(tzinfo=None),
            func=queues.TICK,
            interval=self.tick_seconds,
            id=TICK_JOB_ID,
            result_ttl=-1,
            timeout=queues.TIMEOUTS[queues.TICK],
            queue_name=queues.DEFAULT,
        )


def run_ticks(redis_url: str, tick_seconds: int) -> None:
    """Tick until a signal says stop; an error or a Valkey that is away only delays."""
    wait, rang_at = 1.0, time.monotonic()
    while True:
        # It has a next cycle instead of second tries.
        connection = Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0))
        scheduler = TickScheduler(connection, tick_seconds)
        try:
            scheduler.run()
            return
        except RedisError as error:
            _take_signals_back()
            log.warning("The queue can't be reached (%s); next look in %.0f s.", error, wait)
            if scheduler.rang_at is not None:
                wait, rang_at = 1.0, scheduler.rang_at
            _tell_away(time.monotonic() - rang_at)
        except Exception:
            _take_signals_back()
            log.exception("The tick stumbled; next look in %.0f s.", wait)
        time.sleep(wait)
        wait = min(LONGEST_WAIT_SECONDS, wait * 2)


def _tell_away(seconds: float) -> None:
    try:
        with own_session():
            tell_valkey_away(seconds)
    except (SQLAlchemyError, psycopg.Error) as error:
        log.warning("Nobody can be told of it: %s", error)


def _take_signals_back() -> None:
    """rq-scheduler's handlers ask Valkey before they end the process."""
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, _end)


def _end(_signum: int, _frame: FrameType | None) -> None:
    raise SystemExit
