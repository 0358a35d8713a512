"""What `python worker.py ROLE` does: keep a worker of the role going, or several side by side."""

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType

from redis.exceptions import RedisError
from rq import Worker
from rq.exceptions import StopRequested
from rq.worker import SimpleWorker

from jobs.priority import stand_back
from jobs.tick import run_ticks
from jobs.worker import OffersWorker, forking_worker
from webapp import queues
from webapp.config import Config

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0

_WORKERS: dict[str, Callable[[Config], Worker | SimpleWorker]] = {
    queues.IMPORTS: partial(forking_worker, queues.IMPORTS),
    queues.DEFAULT: partial(forking_worker, queues.DEFAULT),
    "offers": OffersWorker,
}
# These carry the bulk.
CARRIERS = (queues.IMPORTS, "offers")
OBJECTS_BETWEEN_COLLECTIONS = 50_000
ROLES = (*_WORKERS, "tick")


def run_role(role: str, config: Config) -> None:
    """Work in one role until a signal says stop; a worker that stumbles is followed by another.

    :raise KeyError: when there is no such role.
    """
    if role in CARRIERS:
        stand_back()
        _collect_seldom()
    if role == "tick":
        run_ticks(config.redis_url, config.tick_seconds)
    elif role == queues.IMPORTS:
        _work_side_by_side(role, config, config.import_processes)
    else:
        _keep_working(role, config)


def _collect_seldom() -> None:
    """Records and offers are many small objects without circles among them: looking for circles
    at Python's own pace takes a tenth of the time that a carrier has."""
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def _keep_working(role: str, config: Config) -> None:
    """RQ's worker ends when Valkey fails at a bad moment; only a signal ends the role."""
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, _stop)
    # Also when the signal comes after one worker's end and before the next one's beginning.
    with suppress(StopRequested):
        while True:
            try:
                worker = _WORKERS[role](config)
                _work(worker)
                # An idle worker is stopped by an exception and leaves `_stop_requested` alone.
                if worker._shutdown_requested_date is not None:
                    return
            except RedisError as error:
                log.warning("The queue can't be reached: %s", error)
            time.sleep(PAUSE_SECONDS)


def _work(worker: Worker | SimpleWorker) -> None:
    try:
        worker.work(logging_level="WARNING")
    except StopRequested:
        # It had been registered, but did not listen for signals yet.
        worker.register_death()  # type: ignore[no-untyped-call]
        raise


def _stop(signum: int, _: FrameType | None) -> None:
    """Until RQ's own handlers take over."""
    raise StopRequested


def _work_side_by_side(role: str, config: Config, count: int) -> None:
    """Several processes in one role; one that is killed is replaced."""
    stopping = False

    def stop(signum: int, _: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for child in children:
            if child.is_alive() and child.pid is not None:
                os.kill(child.pid, signum)

    children = [_child(role, config) for _ in range(count)]
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while any(child.is_alive() for child in children):
        wait([child.sentinel for child in children])
        for index, child in enumerate(children):
            if not child.is_alive() and not stopping:
                children[index] = _child(role, config)


def _child(role: str, config: Config) -> ForkProcess:
    child = multiprocessing.get_context("fork").Process(target=_work_as_child, args=(role, config))
    child.start()
    return child


def _work_as_child(role: str, config: Config) -> None:
    """Ends with its parent, also when that one is killed: its successor starts its own children."""
    # A successor inherits its parent's handlers, which are not meant for it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    _keep_working(role, config)


def _stop_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
