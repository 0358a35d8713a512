"""Reading a feed for the first time, again with a few offers changed, and again as it was."""

import time
from pathlib import Path

import requests
from lxml import etree

from bench.reading import PATIENCE, Reading, feed_address, read
from bench.report import Figure, at_least, at_most, table
from bench.world import World
from webapp.models import Verdict

SMALL = 10_000


def measure_readings(world: World, offers: int) -> tuple[list[Figure], str]:
    """The figures, and a table of the CPU time that an offer took in each kind of process."""
    source_id = world.source("Bench", world.vendor)
    changed_feed = feed_address(world, offers, generation=1)
    first = read(world, source_id, feed_address(world, offers), offers)
    changed = read(world, source_id, changed_feed, offers)
    unchanged = read(world, source_id, changed_feed, offers)
    small = read(world, world.source("Small", world.vendor), feed_address(world, SMALL), SMALL)
    file = _copied(changed_feed, world.folder / "bare.xml")
    bare_seconds, bare_cpu = bare_iterparse(file)
    figures = [
        at_least(
            "first import, one offers worker", offers / first.seconds, 2000, "offers/s",
            f"{first.run.created:,} in {first.seconds:.1f} s",
        ),
        at_most("imports worker, peak memory", first.memory / 1e6, 150, "MB"),
        at_most(f"the same ÷ that of {SMALL:,} offers", first.memory / small.memory, 1.1, "×"),
        at_most(
            "read again, 1 % changed ÷ bare iterparse", changed.seconds / bare_seconds, 2.5, "×",
            f"{changed.seconds:.2f} s, {bare_seconds:.2f} s; {changed.run.updated:,} updated",
        ),
        Figure(
            "the same in CPU time of imports", f"{changed.cpu['imports'] / bare_cpu:.3g} ×"
        ),
        _no_parse(unchanged),
        # The bars in absolute numbers were set where this was 100 MB/s.
        Figure(
            "this machine: bare iterparse", f"{file.stat().st_size / 1e6 / bare_seconds:.0f} MB/s"
        ),
    ]  # fmt: skip
    return figures, _cpu_table({"first import": first, "1 % changed": changed})


def bare_iterparse(path: Path) -> tuple[float, float]:
    """The least that reading the file can take: wall and CPU seconds, each the better of two."""
    walls, cpus = [], []
    for _ in range(2):
        wall, cpu = time.perf_counter(), time.process_time()
        for _event, element in etree.iterparse(str(path), tag="property"):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)


def _copied(address: str, path: Path) -> Path:
    with requests.get(address, stream=True, timeout=PATIENCE) as answer, path.open("wb") as copy:
        for block in answer.iter_content(1 << 20):
            copy.write(block)
    return path


def _no_parse(reading: Reading) -> Figure:
    run = reading.run
    steps = [step["name"] for step in run.steps]
    words = f"{reading.seconds:.2f} s, {run.verdict}, steps: {', '.join(steps)}"
    is_met = run.verdict == Verdict.UNCHANGED and "read" not in steps
    return Figure("read again, unchanged", words, "no parse", is_met)


def _cpu_table(readings: dict[str, Reading]) -> str:
    kinds = list(next(iter(readings.values())).cpu)
    rows = [
        [name, *(f"{reading.cpu[kind] / reading.offers * 1e6:.0f}" for kind in kinds)]
        for name, reading in readings.items()
    ]
    return table(["CPU, µs an offer", *kinds], rows)
