"""What the overview shows beside sources and workers: held runs and the last day's throughput."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select

from webapp.access import scope
from webapp.extensions import db
from webapp.models import Run, RunState, Source, utc_now

HOURS = 24


@dataclass(frozen=True, slots=True)
class HeldRun:
    id: int
    source: str
    held: int
    finished_at: datetime | None


def held_runs(most: int) -> list[HeldRun]:
    """Runs whose removals wait for a person, the longest wait first."""
    statement = (
        select(Run.id, Source.name, Run.held, Run.finished_at)
        .join(Source, Run.source_id == Source.id)
        .where(Run.state == RunState.HELD)
        .order_by(Run.id)
        .limit(most)
    )
    return [HeldRun(*row) for row in db.session.execute(scope(statement, Run))]


def changed_by_hour() -> list[int]:
    """Offers created or updated in each of the last 24 hours, the present one last."""
    this_hour = utc_now().replace(minute=0, second=0, microsecond=0)
    first = this_hour - timedelta(hours=HOURS - 1)
    # A run that goes on counts for now: its counters rise as its offers are applied.
    hour = func.date_trunc("hour", func.coalesce(Run.finished_at, func.now()), "UTC")
    statement = (
        select(hour, func.sum(Run.created + Run.updated))
        .where(or_(Run.finished_at >= first, Run.finished_at.is_(None)))
        .group_by(hour)
    )
    found = {
        moment.astimezone(UTC): int(count)
        for moment, count in db.session.execute(scope(statement, Run))
    }
    return [found.get(first + timedelta(hours=step), 0) for step in range(HOURS)]
