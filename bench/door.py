"""The vendors' door under load: wrk sends distinct signed deliveries; all of them have to be in the
database afterwards, once, and applied.

    python -m bench.door [--seconds 60] [--rate 500] [--connections 32]

First for so many seconds at a steady rate, then a while as fast as the door answers; last, a few at
a time beside an import. wrk (Debian: apt-get install wrk) sends from the same machine.
"""

import argparse
import sys
import time
from dataclasses import dataclass

from bench.flood import SIGNED, Flood, is_possible, send_flood, write_signed
from bench.load import importing
from bench.person import web_address
from bench.report import Figure, at_least, at_most, figures_table
from bench.trickle import latencies_of_trickle
from bench.webhooks import make_door
from bench.world import World, wait_until, world

ROLES = ("imports", "offers", "default", "tick")
RATE_BAR, P99_BAR = 500, 50
RATIO_BAR, STORED_BAR = 1.5, 1.0
MOST_SECONDS, MOST_RATE = 20, 4_000
# Signed beyond what is due: the last requests are never finished.
SPARE = 1_000
TRICKLE_SECONDS, TRICKLE_RATE = 30, 50
WARMING_SECONDS = 5
PATIENCE_SECONDS = 600


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.door", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=RATE_BAR)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--offers", type=int, default=100_000, help="size of the import beside it")
    options = parser.parse_args()
    if not is_possible():
        sys.exit("wrk is not on this machine (Debian: apt-get install wrk).")
    with world() as house:
        for role in ROLES:
            house.start_worker(role)
        print(figures_table(measure(house, options)))


def measure(house: World, options: argparse.Namespace) -> list[Figure]:
    web = web_address(house)
    # Its port is open before its processes have everything loaded.
    latencies_of_trickle(house, web, WARMING_SECONDS, TRICKLE_RATE)
    steady = flooded(house, web, options.seconds, options.connections, options.rate)
    most = flooded(house, web, MOST_SECONDS, options.connections, 0)
    quiet = latencies_of_trickle(house, web, TRICKLE_SECONDS, TRICKLE_RATE)
    with importing(house, options.offers):
        busy = latencies_of_trickle(house, web, TRICKLE_SECONDS, TRICKLE_RATE)
    return [
        at_least(
            f"deliveries accepted, {options.rate}/s offered",
            steady.accepted,
            # The last ones are not due before the end.
            options.rate * 0.995,
            "/s",
            f"{options.connections} connections, {options.seconds} s; {steady.kept}",
        ),
        at_most(
            "… answered, p99",
            steady.flood.p99,
            P99_BAR,
            "ms",
            f"median {steady.flood.p50:.1f}, p95 {steady.flood.p95:.1f}",
        ),
        Figure("… the last of them applied", f"{steady.behind:.1f} s after the last answer"),
        at_least(
            "deliveries accepted at most",
            most.accepted,
            RATE_BAR,
            "/s",
            f"p99 {most.flood.p99:.0f} ms, {MOST_SECONDS} s; {most.kept}; "
            f"applied {most.behind:.0f} s later",
        ),
        at_most(
            "delivery answered while importing, p95 ÷ idle",
            busy.answered / quiet.answered,
            RATIO_BAR,
            "×",
            f"{quiet.answered * 1000:.0f} → {busy.answered * 1000:.0f} ms at {TRICKLE_RATE}/s",
        ),
        at_most("delivery → stored offer while importing, p95", busy.stored, STORED_BAR, "s"),
        at_most("delivery → stored offer while idle, p95", quiet.stored, STORED_BAR, "s"),
    ]


@dataclass(frozen=True)
class Outcome:
    """`behind`: seconds from the last answer until all is applied."""

    flood: Flood
    accepted: float
    kept: str
    behind: float


def flooded(house: World, web: str, seconds: int, connections: int, rate: int) -> Outcome:
    """:raise RuntimeError: a delivery is missing, or there twice, or was not answered with 202"""
    door = make_door(house, f"Flood{rate}", **SIGNED)
    signed = house.folder / "signed"
    write_signed(signed, (rate or MOST_RATE) * seconds + SPARE)
    flood = send_flood(f"{web}/hooks/{door.public_id}", signed, seconds, connections, rate)
    began = time.monotonic()

    def is_applied() -> bool:
        left = "SELECT count(*) FROM deliveries WHERE source_id = :id AND finished_at IS NULL"
        return house.sql(left, id=door.source) == [(0,)]

    wait_until(is_applied, PATIENCE_SECONDS, pause=0.5)
    behind = time.monotonic() - began
    [(kept, messages, repeats, jobs)] = house.sql(
        "SELECT count(*), count(DISTINCT message_key), sum(repeats), sum(settled) FROM deliveries"
        " WHERE source_id = :id AND state = 'done'",
        id=door.source,
    )
    missing = flood.requests - int(str(kept))
    # wrk ends in the midst of its last requests: those it counts no answer for.
    if flood.errors or not 0 >= missing >= -connections or not messages == kept == jobs or repeats:
        raise RuntimeError(
            f"{flood.requests} were acknowledged ({flood.errors} errors), {kept} are done, "
            f"{messages} messages, {repeats} repeats, {jobs} offer jobs."
        )
    kept_words = f"all {kept:,} there once and applied"
    return Outcome(flood, flood.requests / flood.seconds, kept_words, behind)


if __name__ == "__main__":
    main()
