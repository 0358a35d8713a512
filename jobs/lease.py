"""Keeps a run or a trial in its worker's hands while the worker waits for a vendor's silent server.

Some vendors make their export only when it is asked for and say nothing for a minute; without
this the sweeper would take such a run for one whose worker died.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Event, Thread

from sqlalchemy import Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from jobs.claim_trials import ClaimedTrial
from jobs.claims import ClaimedRun
from webapp.extensions import db

_PROLONG_RUN = text("""
    UPDATE runs SET lease_until = now() + make_interval(secs => :lease)
    WHERE id = :id AND fence = :fence AND state = 'fetching'
""")
_PROLONG_TRIAL = text("""
    UPDATE trials SET lease_until = now() + make_interval(secs => :lease)
    WHERE id = :id AND state = 'running'
""")


def run_kept_alive(run: ClaimedRun) -> AbstractContextManager[None]:
    """Prolongs the lease of a run that is being fetched, over a connection of its own."""
    return _kept_alive(_PROLONG_RUN, {"id": run.id, "fence": run.fence, "lease": run.lease_seconds})


def trial_kept_alive(trial: ClaimedTrial) -> AbstractContextManager[None]:
    """The same for a trial, until its end: detection has no moment to show that it is alive."""
    return _kept_alive(_PROLONG_TRIAL, {"id": trial.id, "lease": trial.lease_seconds})


@contextmanager
def _kept_alive(prolong: TextClause, lease: dict[str, int]) -> Iterator[None]:
    over = Event()
    keeper = Thread(target=_prolong_until, args=(over, prolong, lease, db.engine), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _prolong_until(over: Event, prolong: TextClause, lease: dict[str, int], engine: Engine) -> None:
    while not over.wait(lease["lease"] / 3):
        # A database that is away may be back at the next turn, before the lease is over.
        with suppress(SQLAlchemyError), engine.begin() as connection:
            connection.execute(prolong, lease)
