"""How fast pages answer with the database full: idle, and beside an import."""

import time
from itertools import cycle, islice
from math import ceil
from statistics import median

from bench.person import Person
from bench.report import Figure, at_most
from bench.world import World

REQUESTS = 60
# A person looks at a page before opening the next one; so does a benchmark of answers.
PAUSE_SECONDS = 0.02
WORDS = ("villa", "Jávea", "apartment solarium", "Finca")

Timings = dict[str, list[float]]


def pages_of(world: World) -> dict[str, list[str]]:
    """The addresses of each kind of page, of which each request takes the next."""
    [(source_id, run_id)] = world.sql("SELECT source_id, id FROM runs ORDER BY id LIMIT 1")
    offers = world.sql("SELECT id FROM offers WHERE id % 997 = 0 ORDER BY id LIMIT :n", n=REQUESTS)
    filters = f"source={source_id}&lifecycle=live&type=villa&price_from=300000&sort=price"
    return {
        "overview": ["/"],
        "sources": ["/sources"],
        "source": [f"/sources/{source_id}"],
        "runs": ["/runs"],
        "run": [f"/runs/{run_id}"],
        "offers": ["/offers"],
        "offers, searched": [f"/offers?search={word}" for word in WORDS],
        "offers, filtered": [f"/offers?{filters}"],
        "offer": [f"/offers/{id}" for (id,) in offers],
    }


def time_pages(person: Person, pages: dict[str, list[str]]) -> Timings:
    """Seconds by kind of page; the kinds take turns, so that all see the same conditions."""
    timings: Timings = {kind: [] for kind in pages}
    addresses = {kind: islice(cycle(paths), REQUESTS) for kind, paths in pages.items()}
    for _ in range(REQUESTS):
        for kind, paths in addresses.items():
            timings[kind].append(person.open(next(paths)))
            time.sleep(PAUSE_SECONDS)
    return timings


def page_figures(idle: Timings, busy: Timings) -> list[Figure]:
    figures = []
    for kind in idle:
        calm, loaded = p95(idle[kind]), p95(busy[kind])
        medians = f"median {median(idle[kind]) * 1000:.0f}"
        figures += [
            at_most(f"page: {kind}, p95", calm * 1000, 50, "ms", medians),
            at_most("the same while importing ÷ idle", loaded / calm, 1.5, "×",
                    f"{loaded * 1000:.0f} ms, median {median(busy[kind]) * 1000:.0f}"),
        ]  # fmt: skip
    return figures


def p95(values: list[float]) -> float:
    return sorted(values)[ceil(len(values) * 0.95) - 1]
