"""RQ's workers as we use them. Imports and upkeep run in a fork each, as RQ does it; the offers
worker takes many jobs a turn: one fork or one transaction an offer is ten times too slow."""

import logging
import time
from typing import Any

import psycopg
from redis import Redis
from rq import Queue, Worker
from rq.job import Job
from rq.utils import as_text
from rq.worker import SimpleWorker, WorkerStatus
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from jobs.deliveries.split import split_deliveries
from jobs.pausable import Pausable
from jobs.tasks import own_session
from jobs.turns import apply_turns
from webapp import queues
from webapp.config import Config
from webapp.extensions import db
from webapp.queue_tallies import TAKEN_KEY, tally

log = logging.getLogger(__name__)

# A worker that waits beats fifteen seconds before its time to live is over, so every ten seconds,
# and RQ forgets a dead one a minute after it.
WORKER_TTL = 25
MAINTENANCE_SECONDS = 30
MONITORING_SECONDS = 10
PAUSE_SECONDS = 1.0
DATABASE_ERRORS = (SQLAlchemyError, psycopg.Error)
HEARTBEAT_SECONDS = 5.0


class ForkingWorker(Pausable, Worker):
    """RQ's worker, whose forked children must not share the parent's database connections."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        db.engine.dispose(close=False)
        super().main_work_horse(job, queue)


class OffersWorker(Pausable, SimpleWorker):
    """Takes the first job as RQ does, then all that wait, live before bulk, a turn at a time.

    What becomes of each job is settled in PostgreSQL; RQ only hears that they are gone. A job
    that this worker loses by dying is brought back by the sweeper.
    """

    def __init__(self, config: Config) -> None:
        super().__init__([queues.OFFERS_LIVE, queues.OFFERS_BULK], **_settings(config))
        self.config = config
        self.last_beat = 0.0

    def execute_job(self, job: Job, queue: Queue) -> None:
        taken = [job.id]

        def next_ids() -> list[int]:
            if self._stop_requested and not taken:
                return []
            self._show_busy()
            keys = taken + self._waiting_keys(self.config.turn_size - len(taken))
            taken.clear()
            if keys:
                prefix = Job.redis_job_namespace_prefix
                self.connection.delete(*(f"{prefix}{key}" for key in keys))
            arrived = queues.ids_named(queues.APPLY_DELIVERY, keys)
            split = split_deliveries(arrived, self.config.turn_size) if arrived else []
            return split + queues.ids_named(queues.APPLY_OFFER, keys)

        with own_session():
            try:
                apply_turns(next_ids, self.config.lease_seconds)
            except DATABASE_ERRORS as error:
                # The jobs stay claimed; when their leases run out the sweeper brings them back.
                log.warning("PostgreSQL can't be reached: %s", error)
                time.sleep(PAUSE_SECONDS)

    def subscribe(self) -> None:
        """No thread for RQ's remote commands: signals stop this worker, and there is no job of
        its own that could be stopped alone."""

    def _waiting_keys(self, most: int) -> list[str]:
        keys: list[str] = []
        for name in (queues.OFFERS_LIVE, queues.OFFERS_BULK):
            if len(keys) < most and name not in self.paused_queues():
                popped: Any = self.connection.lpop(queues.queue(name).key, most - len(keys))
                if popped:
                    tally(self.connection, TAKEN_KEY, name, len(popped))
                    keys += map(as_text, popped)
        return keys

    def _show_busy(self) -> None:
        if time.monotonic() - self.last_beat > HEARTBEAT_SECONDS:
            self.last_beat = time.monotonic()
            self.set_state(WorkerStatus.BUSY)
            self.heartbeat()


def forking_worker(queue_name: str, config: Config) -> ForkingWorker:
    # A tenth of a second that each fork would spend on it anew.
    configure_mappers()
    return ForkingWorker(
        [queue_name], job_monitoring_interval=MONITORING_SECONDS, **_settings(config)
    )


def _settings(config: Config) -> dict[str, Any]:
    return {
        # Its own connection: RQ waits longer for the next job than a page may wait for anything.
        "connection": Redis.from_url(config.redis_url),
        "worker_ttl": WORKER_TTL,
        "maintenance_interval": MAINTENANCE_SECONDS,
    }
