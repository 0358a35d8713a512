"""What our workers do beyond RQ's: leave paused queues alone, count, see whether the tick is alive,
and be back at once after an outage of Valkey, known to it by name again.

RQ itself can only suspend all queues at once.
"""

import logging
import time
from typing import Any

import psycopg
from redis.exceptions import RedisError
from rq import Queue, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job
from rq.worker import BaseWorker, WorkerStatus
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from jobs.notify.machinery import watch_tick
from jobs.tasks import own_session
from webapp import queues
from webapp.extensions import db
from webapp.models import QueuePause
from webapp.queries.workers import HEARTBEAT_SECONDS
from webapp.queue_tallies import TAKEN_KEY, tally

log = logging.getLogger(__name__)

LOOK_SECONDS = 2
TICK_LOOK_SECONDS = 9


class Pausable(BaseWorker):
    """Before the class of RQ's whose way of working it keeps."""

    # RQ waits a minute in the end: a worker that is long in coming back counts as dead.
    max_connection_wait_time = 5.0

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._paused: frozenset[str] = frozenset()
        self._looked_at = 0.0
        self._began = self._beat = self._saw_tick = time.monotonic()

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """As RQ does it, from the queues that aren't paused. Without a timeout it doesn't wait."""
        while True:
            paused = self.paused_queues()
            self._ordered_queues = [queue for queue in self.queues if queue.name not in paused]
            found = None
            if self._ordered_queues:
                found = super().dequeue_job_and_maintain_ttl(
                    timeout, LOOK_SECONDS if paused else max_idle_time
                )
            elif timeout is not None:
                self._rest()
            if found is None:
                if timeout is None:
                    return None
                continue
            job, queue = found
            if queue.name in self.paused_queues():
                # Paused while this worker was waiting for it.
                self._put_back(job, queue)
                continue
            tally(self.connection, TAKEN_KEY, queue.name)
            return job, queue

    def paused_queues(self) -> frozenset[str]:
        """At most two seconds old; what was known before while the database is away."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS or not self._looked_at:
            self._looked_at = now
            try:
                with db.engine.connect() as connection:
                    self._paused = frozenset(connection.scalars(select(QueuePause.queue)))
            except (SQLAlchemyError, psycopg.Error) as error:
                self._stop_if_wanted(error)
                log.warning("Which queues are paused can't be read: %s", error)
        return self._paused

    def heartbeat(self, *arguments: Any, **settings: Any) -> None:
        """At least every fifteen seconds; who has nothing to do looks whether the tick is alive."""
        super().heartbeat(*arguments, **settings)
        now = time.monotonic()
        gap, self._beat = now - self._beat, now
        if gap > HEARTBEAT_SECONDS:
            # Valkey was away, and the tick could not be heard either.
            self._began = now
        if now - self._saw_tick < TICK_LOOK_SECONDS:
            return
        self._saw_tick = now
        if not self.connection.hexists(self.key, "birth"):
            self._register_again()
            self._began = now
        if self.get_state() == WorkerStatus.IDLE:
            self._look_at_tick(now)

    def _register_again(self) -> None:
        """Valkey began anew, or was away for so long that it forgot who works here."""
        with self.connection.pipeline() as pipe:
            pipe.hset(self.key, mapping=self.serialize())
            worker_registration.register(self, pipe)
            pipe.expire(self.key, self.worker_ttl + 60)
            pipe.execute()

    def _look_at_tick(self, now: float) -> None:
        if queues.DEFAULT in self.paused_queues():
            # The tick stops with it, as somebody wanted.
            return
        try:
            with own_session():
                watch_tick(now - self._began)
        except (SQLAlchemyError, psycopg.Error, RedisError) as error:
            self._stop_if_wanted(error)
            log.warning("Whether the tick is alive can't be told: %s", error)
        self._stop_if_wanted()

    def _stop_if_wanted(self, error: Exception | None = None) -> None:
        """A signal that comes in the midst of a question ends it as a fault of the database or of
        a mail server; the wish to stop must not be lost over that."""
        if self._shutdown_requested_date is not None:
            raise StopRequested from error

    def _rest(self) -> None:
        """With every queue paused: alive, and as quick to stop as a worker that waits."""
        self.set_state(WorkerStatus.IDLE)
        self.heartbeat()
        if self.should_run_maintenance_tasks:
            self.run_maintenance_tasks()  # type: ignore[no-untyped-call]
        time.sleep(LOOK_SECONDS)

    def _put_back(self, job: Job, queue: Queue) -> None:
        with self.connection.pipeline() as pipe:
            pipe.lrem(queue.intermediate_queue_key, 1, job.id)
            pipe.lpush(queue.key, job.id)
            pipe.execute()
