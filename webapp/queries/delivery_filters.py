"""Which deliveries of a source are meant: the filters of their list, by which they are replayed
too. Whatever the filters, an index finds the newest among a million."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, text, union_all

from webapp.delivery_causes import RefusalCause, WorkCause
from webapp.extensions import db
from webapp.models import LARGEST_ID, Delivery, DeliveryState, OfferJob

# Of one offer: whoever looks for more of its deliveries looks at the offer's own page.
MOST_OF_OFFER = 1_000
_REFUSALS = frozenset(RefusalCause)

# A few probes of an index instead of all of a source's deliveries.
_CAUSES = text("""
    WITH RECURSIVE present AS (
        SELECT min(cause) AS cause FROM deliveries
        WHERE source_id = :source_id AND cause IS NOT NULL
        UNION ALL
        SELECT (SELECT min(cause) FROM deliveries
            WHERE source_id = :source_id AND cause > present.cause)
        FROM present WHERE present.cause IS NOT NULL
    )
    SELECT cause FROM present WHERE cause IS NOT NULL
""")

# Ids grow with the time of arrival, so halving their range finds the first of a time.
_FIRST_SINCE = text("""
    WITH RECURSIVE search AS (
        SELECT CAST(0 AS bigint) AS low, coalesce(max(id), 0) + 1 AS high FROM deliveries
        UNION ALL
        SELECT CASE WHEN probe.received_at < :since THEN probe.id ELSE low END,
            CASE WHEN probe.received_at < :since THEN high ELSE (low + high) / 2 END
        FROM search LEFT JOIN LATERAL (
            SELECT id, received_at FROM deliveries
            WHERE id >= (low + high) / 2 AND id < high ORDER BY id LIMIT 1
        ) AS probe ON true
        WHERE high - low > 1
    )
    SELECT min(high) FROM search
""")


@dataclass(frozen=True, slots=True)
class DeliveryFilters:
    # A state, a cause, and the number of a delivery, the id of its message or of an offer in it;
    # each is off when it is empty.
    state: str = ""
    cause: str = ""
    search: str = ""
    # The ids of the deliveries to begin and to end with.
    first: int = 1
    last: int = LARGEST_ID

    def as_document(self) -> dict[str, str]:
        return {
            field.name: str(getattr(self, field.name))
            for field in fields(self)
            if getattr(self, field.name) != field.default
        }


def causes_present(source_id: int) -> Sequence[str]:
    return db.session.scalars(_CAUSES, {"source_id": source_id}).all()


def first_since(moment: datetime) -> int:
    return db.session.scalar(_FIRST_SINCE, {"since": moment}) or 1


def last_id() -> int:
    """Of all deliveries so far."""
    return db.session.scalar(select(func.max(Delivery.id))) or 0


def matching_ids(
    source_id: int,
    filters: DeliveryFilters,
    *,
    most: int,
    rising: bool = False,
    states: Sequence[str] = tuple(DeliveryState),
) -> Select[int]:
    """The ids of the newest ones, or of the oldest ones (`rising`), in that order."""
    order = Delivery.id.asc() if rising else Delivery.id.desc()
    base = select(Delivery.id).where(
        Delivery.source_id == source_id,
        Delivery.id >= filters.first,
        Delivery.id <= filters.last,
        *_state_of(filters),
    )
    if len(states) < len(DeliveryState):
        base = base.where(Delivery.state.in_(states))
    if filters.search:
        base = base.where(_found_by(source_id, filters.search))
    causes = _causes_of(source_id, filters)
    if causes is None:
        return base.order_by(order).limit(most)
    if not causes:
        return base.where(false())
    # Of each cause in the order of the index that begins with it.
    parts = [base.where(Delivery.cause == c).order_by(order).limit(most) for c in causes]
    together = union_all(*(select(part.subquery().c.id) for part in parts)).subquery()
    ordered = together.c.id.asc() if rising else together.c.id.desc()
    return select(together.c.id).order_by(ordered).limit(most)


def _state_of(filters: DeliveryFilters) -> tuple[ColumnElement[bool], ...]:
    if not filters.state:
        return ()
    if filters.state in (DeliveryState.REFUSED, DeliveryState.DONE, DeliveryState.UNREADABLE):
        return (Delivery.state == filters.state,)
    return (Delivery.state == filters.state, Delivery.finished_at.is_(None))


def _causes_of(source_id: int, filters: DeliveryFilters) -> list[str] | None:
    """Those that deliveries of the filters can have; None: they need none."""
    if filters.cause:
        return [filters.cause]
    if filters.state == DeliveryState.REFUSED:
        return [cause for cause in causes_present(source_id) if cause in _REFUSALS]
    if filters.state == DeliveryState.UNREADABLE:
        others = _REFUSALS | {WorkCause.OFFERS_REFUSED}
        return [cause for cause in causes_present(source_id) if cause not in others]
    return None


def _found_by(source_id: int, search: str) -> ColumnElement[bool]:
    of_offer = (
        select(OfferJob.delivery_id)
        .where(
            OfferJob.source_id == source_id,
            OfferJob.external_id == search,
            OfferJob.delivery_id.is_not(None),
        )
        .order_by(OfferJob.id.desc())
        .limit(MOST_OF_OFFER)
    )
    of_message = select(Delivery.id).where(
        and_(Delivery.source_id == source_id, Delivery.message_key == f"id:{search}")
    )
    found = Delivery.id.in_(union_all(select(of_offer.subquery()), of_message))
    if search.isdecimal() and int(search) <= LARGEST_ID:
        return or_(found, Delivery.id == int(search))
    return found
