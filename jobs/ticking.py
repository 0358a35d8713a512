"""What happens at each tick: due sources start, lost work comes back, the tick shows its age."""

import time

from flask import current_app

from jobs.due_sources import start_due_runs
from jobs.sample_queues import sample_queues
from jobs.sweep import sweep
from webapp import queues
from webapp.config import Config
from webapp.extensions import db

# Ticks pile up in the queue while no worker takes them; one of them is enough then.
SOONEST_SECONDS = 2.0


def tick() -> None:
    """Harmless at any time and in any number of processes at once."""
    config: Config = current_app.config["OFFERDOCK"]
    last = queues.valkey().get(queues.TICK_KEY)
    # A last tick in the future was noted by a clock that has been put right since.
    if last is not None and 0 <= time.time() - float(last) < SOONEST_SECONDS:
        return
    queues.valkey().set(queues.TICK_KEY, f"{time.time():.3f}")
    try:
        start_due_runs()
    finally:
        db.session.rollback()
        sweep(config)
        sample_queues()
