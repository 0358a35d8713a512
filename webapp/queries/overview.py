"""What the overview shows beside sources and workers: held runs, unknown words, throughput."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import distinct, func, or_, select, true, tuple_

from webapp.access import scope
from webapp.extensions import db
from webapp.models import (
    ACTIVE_STATES,
    Delivery,
    DeliveryState,
    Issue,
    OfferProblem,
    Run,
    RunState,
    Source,
    SourceStatus,
    Webhook,
    utc_now,
)

HOURS = 24
UNKNOWN_VALUE = "unknown_value"
# Of a source, for the number of its unknown words.
PROBLEMS_LOOKED_AT = 500
# Of a webhook, for the number of those that could not be read.
DELIVERIES_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class HeldRun:
    id: int
    source: str
    held: int
    has_drifted: bool
    finished_at: datetime | None


def held_runs(most: int) -> list[HeldRun]:
    """Runs whose removals, or whose file, wait for a person; the longest wait first."""
    statement = (
        select(Run.id, Source.name, Run.held, Run.drift.is_not(None), Run.finished_at)
        .join(Source, Run.source_id == Source.id)
        .where(Run.state == RunState.HELD)
        .order_by(Run.id)
        .limit(most)
    )
    return [HeldRun(*row) for row in db.session.execute(scope(statement, Run))]


@dataclass(frozen=True, slots=True)
class UnknownWords:
    """`words` were counted in the first problems only: `is_more` says that there are others."""

    source_id: int
    source: str
    words: int
    is_more: bool


def unknown_words(most: int) -> list[UnknownWords]:
    """Sources whose offers have words without a meaning, the most offers first."""
    some = (
        select(OfferProblem.field, OfferProblem.raw)
        .where(OfferProblem.source_id == Source.id, OfferProblem.code == UNKNOWN_VALUE)
        .correlate(Source)
        .limit(PROBLEMS_LOOKED_AT)
        .subquery()
    )
    counted = select(func.count(distinct(tuple_(some.c.field, some.c.raw))), func.count()).lateral(
        "counted"
    )
    affected = func.sum(Issue.affected)
    troubled = (
        scope(
            select(Issue.source_id, affected.label("affected"))
            .join(Source, Source.id == Issue.source_id)
            .where(Issue.code == UNKNOWN_VALUE, Issue.state.in_(ACTIVE_STATES))
            .where(Source.status != SourceStatus.SETUP),
            Source,
        )
        .group_by(Issue.source_id)
        .order_by(affected.desc(), Issue.source_id)
        .limit(most)
        .subquery()
    )
    words, looked_at = counted.c
    rows = db.session.execute(
        select(Source.id, Source.name, words, looked_at == PROBLEMS_LOOKED_AT)
        .join(troubled, troubled.c.source_id == Source.id)
        .join(counted, true())
        .where(words > 0)
        .order_by(troubled.c.affected.desc(), Source.id)
    )
    return [UnknownWords(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class TroubledDoor:
    source_id: int
    source: str
    is_closed: bool
    """To what isn't signed rightly, because little else came."""
    cause: str
    """Why most of that was refused; empty where it isn't closed."""
    unreadable: int
    """Deliveries of the last day whose body held no records."""


def troubled_doors(most: int) -> list[TroubledDoor]:
    """Webhooks whose deliveries don't become offers, the most deliveries first."""
    newest = (
        select(Delivery.id)
        .where(
            Delivery.source_id == Webhook.source_id,
            Delivery.cause.is_not(None),
            Delivery.state == DeliveryState.UNREADABLE,
            Delivery.received_at > utc_now() - timedelta(hours=HOURS),
        )
        .correlate(Webhook)
        .limit(DELIVERIES_LOOKED_AT)
        .subquery()
    )
    unreadable = select(func.count().label("unreadable")).select_from(newest).lateral("counted")
    is_closed = func.coalesce(Webhook.closed_until > func.now(), False)
    statement = (
        select(
            Webhook.source_id,
            Source.name,
            is_closed,
            Webhook.closed_reason,
            unreadable.c.unreadable,
        )
        .join(Source, Source.id == Webhook.source_id)
        .join(unreadable, true())
        .where(or_(is_closed, unreadable.c.unreadable > 0))
        .order_by(unreadable.c.unreadable.desc(), Webhook.source_id)
        .limit(most)
    )
    return [TroubledDoor(*row) for row in db.session.execute(scope(statement, Source))]


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
