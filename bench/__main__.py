"""`python -m bench`: speed and memory, measured in one go on this machine, against their bars."""

import argparse
import sys

from bench.load import importing
from bench.pages import page_figures, pages_of, time_pages
from bench.person import admin_at_the_web
from bench.readings import measure_readings
from bench.report import figures_table
from bench.run_now import press_run_now, run_now_figures
from bench.world import world
from webapp.cli.demo import SOURCES

QUICK = 10_000
ROLES = ("imports", "offers", "default", "tick")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--offers", type=int, default=100_000, help="size of the large feed")
    parser.add_argument("--quick", action="store_true", help=f"a feed of {QUICK:,} offers instead")
    options = parser.parse_args()
    measure(QUICK if options.quick else options.offers)


def measure(offers: int) -> None:
    with world() as house:
        for role in ROLES:
            house.start_worker(role)
        person = admin_at_the_web(house)
        _say(f"A feed of {offers:,} offers is read …")
        figures, cpu = measure_readings(house, offers)
        source_id = house.source(SOURCES[0].name, house.vendor + SOURCES[0].path)
        pages = pages_of(house)
        _say("Pages and “Run now” while nothing else goes on …")
        idle = press_run_now(person, source_id), time_pages(person, pages)
        _say("… and while such a feed is imported into other sources.")
        with importing(house, offers):
            busy = press_run_now(person, source_id), time_pages(person, pages)
    figures += run_now_figures(idle[0], busy[0]) + page_figures(idle[1], busy[1])
    print(f"{figures_table(figures)}\n\n{cpu}")


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
