"""A large import going on in the background, while something else is measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from bench.reading import PATIENCE, feed_address
from bench.world import World, wait_until
from webapp.extensions import db
from webapp.models import Run
from webapp.services.runs import cancel_run


@contextmanager
def importing(world: World, offers: int) -> Iterator[None]:
    """First imports of so many offers, each into a new source, for as long as the block lasts."""
    is_applying, is_over = Event(), Event()

    def keep_importing() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            source_id = world.source(f"Load {number}", feed_address(world, offers))
            _import(world, world.begin_run(source_id), is_applying, is_over)

    load = Thread(target=keep_importing)
    load.start()
    try:
        if not is_applying.wait(PATIENCE):
            raise TimeoutError("The import never began.")
        yield
    finally:
        is_over.set()
        load.join()


def _import(world: World, run_id: int, is_applying: Event, is_over: Event) -> None:
    """Until the run ends, or is cancelled because nobody needs it any more."""
    with world.app.app_context():

        def has_ended() -> bool:
            run = db.session.get_one(Run, run_id, populate_existing=True)
            if run.settled:
                is_applying.set()
            if is_over.is_set():
                cancel_run(run, None)
            db.session.commit()
            return not run.is_open

        wait_until(has_ended, PATIENCE, pause=0.2)
