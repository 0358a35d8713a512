"""Reading sources for pages: the list with each one's last run, and the facts of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, literal, select, true

from webapp.access import scope
from webapp.extensions import db
from webapp.models import (
    OPEN_STATES,
    Agency,
    Lifecycle,
    Offer,
    Rejection,
    Run,
    RunState,
    Source,
    SourceStatus,
    Trigger,
    utc_now,
)
from webapp.queries.counting import CAP, AnySelect, Capped, capped, capped_count

PAGE_SIZE = 25

# How much harm a source's state does: the smaller, the sooner someone should look at it.
HELD, BROKEN, FAILED, REFUSED, PAUSED, RUNNING, CALM = range(7)


@dataclass(frozen=True, slots=True)
class LastRun:
    id: int
    state: str
    verdict: str | None
    created_at: datetime
    finished_at: datetime | None
    rejected: int
    failed: int
    quarantined: int
    error_message: str | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    id: int
    name: str
    agency: str
    status: str
    status_reason: str
    next_run_at: datetime | None
    harm: int
    last_run: LastRun | None

    @property
    def is_due(self) -> bool:
        return self.next_run_at is not None and self.next_run_at <= utc_now()


@dataclass(frozen=True, slots=True)
class OfferCounts:
    """Of one source: live offers, those that left the feed, records refused as they stand."""

    live: Capped
    missing: Capped
    refused: Capped


@dataclass(frozen=True, slots=True)
class SourcesPage:
    rows: list[SourceRow]
    counts: dict[int, OfferCounts]
    total: int
    number: int
    size: int


@dataclass(frozen=True, slots=True)
class SourceFilters:
    search: str = ""
    agency_id: int | None = None
    status: str = ""
    sort: str = "harm"


def sources_page(filters: SourceFilters, number: int = 1, size: int = PAGE_SIZE) -> SourcesPage:
    latest = _latest_run()
    harm = _harm(latest)
    statement = _filtered(_source_columns(latest, harm), filters)
    order = _order(filters.sort, latest, harm)
    found = db.session.execute(
        statement.add_columns(func.count().over())
        .order_by(*order, Source.id)
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    rows = [_source_row(row) for row in found]
    total = found[0][-1] if found else 0
    return SourcesPage(rows, offer_counts([row.id for row in rows]), total, number, size)


def troubled_sources(most: int) -> list[SourceRow]:
    """Those that someone should look at, the most harmful first."""
    latest = _latest_run()
    harm = _harm(latest)
    statement = scope(_source_columns(latest, harm), Source).where(harm <= PAUSED)
    found = db.session.execute(statement.order_by(harm, Source.name, Source.id).limit(most))
    return [_source_row(row) for row in found]


def source_tally() -> dict[str, int]:
    """How many sources there are of each status."""
    statement = scope(select(Source.status, func.count()).group_by(Source.status), Source)
    return {status: count for status, count in db.session.execute(statement)}


def offer_counts(source_ids: Sequence[int]) -> dict[int, OfferCounts]:
    """Of sources that the caller has scoped."""
    every = _counted(select(literal(1)).where(Offer.source_id == Source.id), "every")
    away = _counted(
        select(literal(1)).where(Offer.source_id == Source.id, Offer.lifecycle != Lifecycle.LIVE),
        "away",
    )
    refused = _counted(select(literal(1)).where(Rejection.source_id == Source.id), "refused")
    statement = (
        select(Source.id, every.c.count, away.c.count, refused.c.count)
        .select_from(Source)
        .join(every, true())
        .join(away, true())
        .join(refused, true())
        .where(Source.id.in_(source_ids))
    )
    return {
        id: OfferCounts(
            Capped(CAP, True) if total > CAP else capped(total - away_count),
            capped(away_count),
            capped(refused_count),
        )
        for id, total, away_count, refused_count in db.session.execute(statement)
    }


def deletion_counts(source: Source) -> tuple[Capped, Capped]:
    """How many offers and runs go with the source."""
    offers = capped_count(select(Offer.id).where(Offer.source_id == source.id))
    return offers, capped_count(select(Run.id).where(Run.source_id == source.id))


def source_options() -> list[tuple[int, str]]:
    """Every source the person sees, for the filters of other lists."""
    statement = scope(select(Source.id, Source.name).order_by(Source.name, Source.id), Source)
    return [(id, name) for id, name in db.session.execute(statement.limit(500))]


def _source_columns(latest: FromClause, harm: ColumnElement[int]) -> AnySelect:
    return (
        select(
            Source.id,
            Source.name,
            Agency.name,
            Source.status,
            Source.status_reason,
            Source.next_run_at,
            harm,
            *latest.c,
        )
        .join(Agency, Source.agency_id == Agency.id)
        .outerjoin(latest, true())
    )


def _latest_run() -> FromClause:
    return (
        select(
            Run.id,
            Run.state,
            Run.verdict,
            Run.created_at,
            Run.finished_at,
            Run.rejected,
            Run.failed,
            Run.quarantined,
            Run.error_message,
        )
        # A remap says nothing of the feed, and must not hide that reading it failed.
        .where(Run.source_id == Source.id, Run.trigger != Trigger.REMAP)
        .order_by(Run.id.desc())
        .limit(1)
        .lateral("latest")
    )


def _harm(latest: FromClause) -> ColumnElement[int]:
    return case(
        (latest.c.state == RunState.HELD, HELD),
        (Source.status == SourceStatus.BROKEN, BROKEN),
        (latest.c.state == RunState.FAILED, FAILED),
        (latest.c.rejected + latest.c.failed + latest.c.quarantined > 0, REFUSED),
        (Source.status == SourceStatus.PAUSED, PAUSED),
        (latest.c.state.in_(OPEN_STATES), RUNNING),
        else_=CALM,
    )


def _filtered(statement: AnySelect, filters: SourceFilters) -> AnySelect:
    statement = scope(statement, Source)
    if filters.search:
        statement = statement.where(Source.name.icontains(filters.search, autoescape=True))
    if filters.agency_id is not None:
        statement = statement.where(Source.agency_id == filters.agency_id)
    if filters.status:
        statement = statement.where(Source.status == filters.status)
    return statement


def _order(sort: str, latest: FromClause, harm: ColumnElement[int]) -> list[ColumnElement[Any]]:
    columns: dict[str, Any] = {
        "harm": harm,
        "name": func.lower(Source.name),
        "agency": func.lower(Agency.name),
        "last": latest.c.created_at,
        "next": Source.next_run_at,
    }
    key = sort.removeprefix("-")
    column = columns.get(key, harm)
    by = column.desc() if sort.startswith("-") and key in columns else column.asc()
    return [by.nulls_last(), func.lower(Source.name)]


def _counted(statement: AnySelect, name: str) -> FromClause:
    """One column `count`, for each source at most one more than the cap."""
    found = statement.correlate(Source).limit(CAP + 1).lateral(f"{name}_found")
    return select(func.count().label("count")).select_from(found).lateral(name)


def _source_row(row: Any) -> SourceRow:
    id, name, agency, status, reason, next_run_at, harm, *last = row[:16]
    last_run = LastRun(*last) if last[0] is not None else None
    return SourceRow(id, name, agency, status, reason, next_run_at, harm, last_run)
