"""A whole run in this process, for the command line: the real steps with workers of its own."""

import time

from sqlalchemy import select

from jobs import tasks
from jobs.sweep import sweep
from jobs.worker import OffersWorker
from webapp.config import Config
from webapp.extensions import db
from webapp.models import OPEN_STATES, Run

PAUSE_SECONDS = 0.2


def run_here(run_id: int, config: Config) -> Run:
    """Work until the run is over; other workers may help. Returns the run."""
    tasks.import_run(run_id)
    while (run := _run(run_id)).state in OPEN_STATES:
        db.session.remove()
        OffersWorker(config).work(burst=True, logging_level="WARNING")
        tasks.finish_run(run_id)
        if _run(run_id).state in OPEN_STATES:
            sweep(config)
            time.sleep(PAUSE_SECONDS)
    return run


def _run(run_id: int) -> Run:
    db.session.expire_all()
    return db.session.scalars(select(Run).where(Run.id == run_id)).one()
