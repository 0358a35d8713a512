"""What the processes of a world cost: CPU time by kind, and the highest memory of one of them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import psutil

from bench.world import World

SAMPLE_SECONDS = 0.2
WORKERS = ("imports", "offers", "default")


def cpu_seconds(world: World) -> dict[str, float]:
    """What each kind of process has used so far, with everything it has forked."""
    engines = {
        "PostgreSQL": world.folder / "postgres" / "data" / "postmaster.pid",
        "Valkey": world.folder / "valkey" / "pid",
    }
    pids = {name: world.processes[name].pid for name in WORKERS}
    pids |= {name: int(path.read_text().split()[0]) for name, path in engines.items()}
    return {name: _family_seconds(psutil.Process(pid)) for name, pid in pids.items()}


def _family_seconds(process: psutil.Process) -> float:
    """Of a process and its descendants; those that have ended count where they were waited for."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


class PeakMemory:
    """The highest resident memory, in bytes, that a process or one of its children had."""

    def __init__(self, pid: int) -> None:
        self.highest = 0
        self._process = psutil.Process(pid)

    def sample(self) -> None:
        for one in [self._process, *self._process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                self.highest = max(self.highest, one.memory_info().rss)


@contextmanager
def peak_memory(pid: int) -> Iterator[PeakMemory]:
    """Sampled for as long as the block lasts."""
    peak, is_over = PeakMemory(pid), Event()

    def watch() -> None:
        while not is_over.wait(SAMPLE_SECONDS):
            peak.sample()

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()
