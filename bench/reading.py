"""One reading of a feed by the real workers, with all that it cost."""

from dataclasses import dataclass

import requests

from bench.resources import cpu_seconds, peak_memory
from bench.world import World
from webapp.models import Run, RunState

PATIENCE = 1800


@dataclass(frozen=True)
class Reading:
    """CPU seconds by kind of process, and the imports worker's highest memory in bytes."""

    offers: int
    run: Run
    cpu: dict[str, float]
    memory: int

    @property
    def seconds(self) -> float:
        """From the beginning of the fetch until the last offer is applied and the run closed."""
        assert self.run.started_at and self.run.finished_at
        return (self.run.finished_at - self.run.started_at).total_seconds()


def feed_address(world: World, offers: int, generation: int = 0) -> str:
    """A feed of which one offer in a hundred differs from the generation before."""
    address = f"{world.vendor}/kyero/bench.xml?offers={offers}&changed=0.01&generation={generation}"
    # The vendor writes it now, not while somebody waits for it.
    requests.head(address, timeout=PATIENCE).raise_for_status()
    return address


def read(world: World, source_id: int, address: str, offers: int) -> Reading:
    """:raise RuntimeError: when the run doesn't end well."""
    statement = "UPDATE sources SET location = :address WHERE id = :id"
    world.sql(statement, address=address, id=source_id)
    before = cpu_seconds(world)
    with peak_memory(world.processes["imports"].pid) as peak:
        run = world.finished_run(world.begin_run(source_id), PATIENCE)
    after = cpu_seconds(world)
    if run.state != RunState.FINISHED or run.rejected or run.failed or run.quarantined:
        raise RuntimeError(f"Run {run.id} is {run.state}. {run.error_message or ''}")
    return Reading(offers, run, {kind: after[kind] - before[kind] for kind in after}, peak.highest)
