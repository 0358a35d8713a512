"""The tick process: rq-scheduler with one static job, and a cure for each of its known defects.

Schedules live in PostgreSQL; rq-scheduler only rings every few seconds. What it loses is put back
in the next cycle, what it does twice is harmless, and an error doesn't end the process.
"""

import logging
import time
from datetime import UTC, datetime

from redis import Redis
from redis.exceptions import RedisError
from rq.job import Job
from rq_scheduler import Scheduler

from webapp import queues

log = logging.getLogger(__name__)

TICK_JOB_ID = "tick"
CYCLE_SECONDS = 1
LONGEST_WAIT_SECONDS = 15.0


class TickScheduler(Scheduler):  # type: ignore[misc]  # rq-scheduler has no annotations
    """Puts the tick back whenever it is gone: a crash between rq-scheduler's ZREM and ZADD, or a
    job hash that was evicted or flushed, would otherwise end it for good."""

    def __init__(self, connection: Redis, tick_seconds: int) -> None:
        super().__init__(queues.DEFAULT, connection=connection, interval=CYCLE_SECONDS)
        self.tick_seconds = tick_seconds

    def enqueue_jobs(self) -> object:
        self.put_back_tick()
        return super().enqueue_jobs()

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
    wait = 1.0
    while True:
        try:
            scheduler = TickScheduler(Redis.from_url(redis_url), tick_seconds)
            scheduler.run()
            return
        except RedisError as error:
            log.warning("The queue can't be reached (%s); next look in %.0f s.", error, wait)
        except Exception:
            log.exception("The tick stumbled; next look in %.0f s.", wait)
        time.sleep(wait)
        wait = min(LONGEST_WAIT_SECONDS, wait * 2)
