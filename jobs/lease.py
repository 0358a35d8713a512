"""Keeps a run in its worker's hands while the worker waits for a vendor's silent server.

Some vendors make their export only when it is asked for and say nothing for a minute; without
this the sweeper would take such a run for one whose worker died.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from jobs.claims import ClaimedRun
from webapp.extensions import db

_PROLONG = text("""
    UPDATE runs SET lease_until = now() + make_interval(secs => :lease)
    WHERE id = :id AND fence = :fence AND state = 'fetching'
""")


@contextmanager
def kept_alive(run: ClaimedRun) -> Iterator[None]:
    """Prolongs the lease of a run that is being fetched, over a connection of its own."""
    over = Event()
    keeper = Thread(target=_prolong_until, args=(over, run, db.engine), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _prolong_until(over: Event, run: ClaimedRun, engine: Engine) -> None:
    lease = {"id": run.id, "fence": run.fence, "lease": run.lease_seconds}
    while not over.wait(run.lease_seconds / 3):
        # A database that is away may be back at the next turn, before the lease is over.
        with suppress(SQLAlchemyError), engine.begin() as connection:
            connection.execute(_PROLONG, lease)
