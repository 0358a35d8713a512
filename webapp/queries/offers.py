"""The list of offers: filtered, sorted and paged within a page's time over a million of them.

Up to the cap of matches every sort is exact and pages are numbered. Beyond it offers stand in the
order of their last change, which an index gives, and pages go on from the last offer seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import TSQUERY

from webapp.access import scope
from webapp.extensions import db
from webapp.models import Agency, Lifecycle, Offer, Source, SyncStatus
from webapp.offer_search import search_query
from webapp.queries.counting import AnySelect, Capped, capped, capped_count

PAGE_SIZE = 50
# So many matches are found, counted and sorted in about 5 ms; 10,000 take 20 ms of a page's 50.
CAP = 3_000
DEFAULT_SORT = "-changed"
WITH_PROBLEMS = "problems"
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Position:
    """A place among offers in the order of their last change, from which a page goes on."""

    changed_at: datetime
    id: int
    # The page before this place instead of the one after it.
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class OfferFilters:
    search: str = ""
    source_id: int | None = None
    agency_id: int | None = None
    # A lifecycle, or GONE for every one but live.
    lifecycle: str = ""
    # A sync status, or WITH_PROBLEMS for every one but ok.
    sync: str = ""
    deal: str = ""
    type: str = ""
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    sort: str = DEFAULT_SORT

    def as_arguments(self) -> dict[str, str]:
        """What an address says for them, without the order."""
        return {
            field.name.removesuffix("_id"): str(getattr(self, field.name))
            for field in fields(self)
            if field.name != "sort" and getattr(self, field.name) != field.default
        }


@dataclass(frozen=True, slots=True)
class OfferRow:
    id: int
    external_id: str
    reference: str
    title: str
    status: str
    type: str
    deal: str | None
    price: Decimal | None
    currency: str | None
    city: str
    bedrooms: int | None
    media_count: int
    lifecycle: str
    sync_status: str
    changed_at: datetime
    source_id: int
    source: str
    agency: str


@dataclass(frozen=True, slots=True)
class OffersPage:
    """Up to the cap pages have a number; beyond it they go on from `previous` and `next`."""

    rows: list[OfferRow]
    total: Capped
    # The order in force: beyond the cap only that of the last change.
    sort: str
    number: int = 1
    previous: Position | None = None
    next: Position | None = None


SORTS: dict[str, Any] = {
    "changed": Offer.changed_at,
    "price": Offer.price,
    "title": func.lower(Offer.title),
    "city": func.lower(Offer.city),
    "reference": Offer.reference,
}

_COLUMNS = (
    Offer.id,
    Offer.external_id,
    Offer.reference,
    Offer.title,
    Offer.status,
    Offer.type,
    Offer.deal,
    Offer.price,
    Offer.currency,
    Offer.city,
    Offer.bedrooms,
    Offer.media_count,
    Offer.lifecycle,
    Offer.sync_status,
    Offer.changed_at,
    Offer.source_id,
    Source.name,
    Agency.name,
)


def offers_page(filters: OfferFilters, number: int, position: Position | None) -> OffersPage:
    sort = filters.sort if filters.sort.removeprefix("-") in SORTS else DEFAULT_SORT
    if position is not None:
        return _page_by_change(filters, position, is_rising=sort == "changed")
    found = _sorted_rows(filters, sort, number)
    # Past the last page nothing is found, so nothing says how many there are.
    total = capped(found[0].total, CAP) if found else _total(filters)
    if total.is_more:
        return _page_by_change(filters, None, is_rising=sort == "changed")
    return OffersPage([OfferRow(*row[1:]) for row in found], total, sort, number)


def _sorted_rows(filters: OfferFilters, sort: str, number: int) -> Sequence[Any]:
    """A numbered page of the matches, each row led by their count (at most one over the cap).

    The matches are found first and sorted then: asked for both at once, the planner may walk along
    the order and read a million offers to find the fifty that match.
    """
    key = SORTS[sort.removeprefix("-")]
    found = matching(select(Offer.id, key.label("key")), filters).limit(CAP + 1)
    matches = found.cte("matches").prefix_with("MATERIALIZED")
    page = (
        select(matches, func.count().over().label("total"))
        .order_by(*_order(matches.c.key, matches.c.id, sort))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
        .cte("page")
    )
    statement = (
        select(page.c.total, *_COLUMNS)
        .join(Offer, Offer.id == page.c.id)
        .join(Source, Offer.source_id == Source.id)
        .join(Agency, Offer.agency_id == Agency.id)
        .order_by(*_order(page.c.key, page.c.id, sort))
    )
    return db.session.execute(statement).all()


def _page_by_change(
    filters: OfferFilters, position: Position | None, *, is_rising: bool
) -> OffersPage:
    is_back = position is not None and position.is_end
    goes_up = is_rising != is_back
    statement = matching(
        select(*_COLUMNS)
        .join(Source, Offer.source_id == Source.id)
        .join(Agency, Offer.agency_id == Agency.id),
        filters,
    )
    if position is not None:
        place = tuple_(Offer.changed_at, Offer.id)
        start = tuple_(position.changed_at, position.id)
        statement = statement.where(place > start if goes_up else place < start)
    columns = (Offer.changed_at, Offer.id)
    order = columns if goes_up else tuple(column.desc() for column in columns)
    found: Sequence[Any] = db.session.execute(statement.order_by(*order).limit(PAGE_SIZE + 1)).all()
    rows = [OfferRow(*row) for row in found[:PAGE_SIZE]]
    has_more = len(found) > PAGE_SIZE
    if is_back:
        rows.reverse()
    previous = rows and (has_more if is_back else position is not None)
    following = rows and (has_more or is_back)
    return OffersPage(
        rows,
        Capped(CAP, True),
        "changed" if is_rising else DEFAULT_SORT,
        previous=Position(rows[0].changed_at, rows[0].id, True) if previous else None,
        next=Position(rows[-1].changed_at, rows[-1].id) if following else None,
    )


def _total(filters: OfferFilters) -> Capped:
    return capped_count(matching(select(Offer.id), filters), CAP)


def _order(key: ColumnElement[Any], id: ColumnElement[int], sort: str) -> tuple[Any, Any]:
    by = key.desc() if sort.startswith("-") else key.asc()
    return by.nulls_last(), id


def matching(statement: AnySelect, filters: OfferFilters) -> AnySelect:
    statement = scope(statement, Offer)
    for column, wanted in (
        (Offer.source_id, filters.source_id),
        (Offer.agency_id, filters.agency_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if filters.lifecycle == GONE:
        statement = statement.where(Offer.lifecycle != Lifecycle.LIVE)
    elif filters.lifecycle:
        statement = statement.where(Offer.lifecycle == filters.lifecycle)
    if filters.sync == WITH_PROBLEMS:
        statement = statement.where(Offer.sync_status != SyncStatus.OK)
    elif filters.sync:
        statement = statement.where(Offer.sync_status == filters.sync)
    if filters.price_from is not None:
        statement = statement.where(Offer.price >= filters.price_from)
    if filters.price_to is not None:
        statement = statement.where(Offer.price <= filters.price_to)
    query = search_query(
        filters.search,
        type=filters.type or None,
        deal=filters.deal or None,
        price_from=filters.price_from,
        price_to=filters.price_to,
    )
    if query:
        statement = statement.where(Offer.search.op("@@")(cast(query, TSQUERY)))
    return statement
