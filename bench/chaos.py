"""Chaos: feeds are imported while workers are killed with SIGKILL, Valkey is wiped and PostgreSQL
crashes; the database must end exactly as after undisturbed imports of the same feeds.

    python -m bench.chaos [--offers 20000] [--kills 24] [--seed 1]
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.disturbances import CRASH, KILL, WIPE, Troublemaker
from bench.outcome import Rows, differences, outcome
from bench.world import OPEN, World, wait_until, world

SETTINGS = {"LEASE_SECONDS": "3", "TICK_SECONDS": "1", "IMPORT_PROCESSES": "1"}
READINGS = 2
WIPES = 2
# Between two disturbances, so that work gets done in between.
SHORTEST_GAP, LONGEST_GAP = 0.2, 1.2
PATIENCE_SECONDS = 600


@dataclass
class ChaosResult:
    seconds: float
    generations: int
    counts: Mapping[str, int]
    victims: Mapping[str, int]
    rows: Mapping[str, int]
    differences: Mapping[str, str]


def feed(vendor: str, offers: int, generation: int) -> str:
    """Each generation changes a third of the offers; some are flawed, a few are gone for good."""
    gone = offers // 400 * bool(generation)
    return (
        f"{vendor}/kyero/stormy-cape.xml?offers={offers - gone}&gone={gone}&changed=0.33&bad=0.02"
        f"&generation={generation}"
    )


def run_chaos(offers: int, kills: int, seed: int) -> ChaosResult:
    with world(**SETTINGS) as made:
        trouble = Troublemaker(made, seed)
        try:
            trouble.start_workers()
            began = time.monotonic()
            stormy = made.source("Stormy", feed(made.vendor, offers, 0))
            generations = _import_in_trouble(trouble, stormy, offers, kills)
            seconds = time.monotonic() - began
            calm = made.source("Calm", feed(made.vendor, offers, 0))
            for generation in range(generations):
                _begin(made, calm, feed(made.vendor, offers, generation))
                _wait(trouble, calm)
            left = {name: outcome(made, id) for name, id in (("calm", calm), ("stormy", stormy))}
        finally:
            trouble.stop_all()
    return ChaosResult(
        seconds, generations, trouble.counts, trouble.victims, _sizes(left["calm"]),
        differences(left["calm"], left["stormy"]),
    )  # fmt: skip


def _import_in_trouble(trouble: Troublemaker, source: int, offers: int, kills: int) -> int:
    """Half of the trouble while all is created, half while a part changes; then again, until
    everything planned has happened. Returns how many readings that took."""
    generation = 0
    while generation < READINGS or trouble.counts[KILL] < kills:
        _begin(trouble.world, source, feed(trouble.world.vendor, offers, generation))
        planned = kills if generation else kills // 2
        generation += 1
        due = time.monotonic()
        end = due + PATIENCE_SECONDS
        while _is_open(trouble.world, source):
            if time.monotonic() > end:
                raise TimeoutError(f"The reading of generation {generation - 1} never ends.")
            trouble.keep_alive()
            if time.monotonic() >= due:
                _disturb(trouble, planned)
                due = time.monotonic() + trouble.random.uniform(SHORTEST_GAP, LONGEST_GAP)
            time.sleep(0.02)
    return generation


def _disturb(trouble: Troublemaker, planned: int) -> None:
    """The next disturbance of the plan: among the kills, a wipe in each half and the crash.

    PostgreSQL crashes in the first reading: it forgets there which ids were read, so that reading
    removes nothing, and neither does the first reading of the calm source.
    """
    done = trouble.counts
    if done[KILL] >= planned:
        return
    if done[CRASH] == 0 and done[KILL] >= planned // 3:
        trouble.crash_postgres()
    elif done[WIPE] < WIPES and done[KILL] >= planned * (2 + done[WIPE]) // 4:
        trouble.wipe_valkey()
    else:
        trouble.kill_someone()


def _begin(made: World, source: int, location: str) -> None:
    made.sql("UPDATE sources SET location = :url WHERE id = :id", url=location, id=source)
    made.begin_run(source)


def _wait(trouble: Troublemaker, source: int) -> None:
    def is_over() -> bool:
        trouble.keep_alive()
        return not _is_open(trouble.world, source)

    wait_until(is_over, PATIENCE_SECONDS)


def _is_open(made: World, source: int) -> bool:
    [[count]] = made.sql(
        f"SELECT count(*) FROM runs WHERE source_id = :id AND state IN {OPEN}", id=source
    )
    return bool(count)


def _sizes(left: Mapping[str, Rows]) -> dict[str, int]:
    return {name: len(rows) for name, rows in left.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--offers", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    result = run_chaos(options.offers, options.kills, options.seed)
    print(f"{options.offers:,} offers, {result.generations} readings, {result.seconds:.0f} s")
    for name, count in {**result.counts, **result.victims}.items():
        print(f"  {name:<22}{count:>8,}")
    for name, size in result.rows.items():
        where = result.differences.get(name)
        print(f"  {name:<22}{size:>8,} rows  {'DIFFERENT, ' + where if where else 'equal'}")
    return 1 if result.differences else 0


if __name__ == "__main__":
    sys.exit(main())
