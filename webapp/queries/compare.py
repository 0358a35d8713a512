"""What the runs between two runs of one source have changed on its offers, taken together.

An offer counts once: how it stood after the earlier run against how it stands after the later one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import select, text

from webapp.extensions import db
from webapp.models import Offer, OfferRevision, Run, RunState, Source
from webapp.offers.price_moves import merged_changes
from webapp.queries.paging import LIST_SIZE, Listing, listing

# Revisions that are looked at; past them the counts say "or more".
CAP = 20_000
RUNS_TO_CHOOSE = 100


class Difference(StrEnum):
    """In the order in which people want to see them."""

    PRICE = "price"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class DifferenceCounts:
    of: Mapping[str, int]
    is_more: bool
    """There are more changes than were looked at: every count is a lower bound."""


@dataclass(frozen=True, slots=True)
class ComparedOffer:
    id: int
    external_id: str
    reference: str
    title: str
    city: str
    price_move: float | None
    """New price divided by old."""
    changes: dict[str, list[Any]] = field(default_factory=dict)


# Kinds as digits, so that the smallest and the largest of id and kind in one number are the first
# and the last kind: no sorting of an offer's revisions. ln adds up what ratios multiply.
_NET = """
    WITH looked_at AS MATERIALIZED (
        SELECT offer_id, price_move, id * 4 + CASE kind WHEN 'created' THEN 0
            WHEN 'updated' THEN 1 WHEN 'returned' THEN 2 ELSE 3 END AS mark
        FROM offer_revisions
        WHERE run_id = ANY(:runs) LIMIT :cap
    ), ends AS (
        SELECT offer_id, min(mark) % 4 AS first, max(mark) % 4 AS last,
            exp(sum(ln(price_move))) AS move
        FROM looked_at GROUP BY offer_id
    ), net AS MATERIALIZED (
        SELECT offer_id, move, CASE
            WHEN last = 3 AND first IN (0, 2) THEN NULL
            WHEN last = 3 THEN 'gone'
            WHEN first = 0 THEN 'new'
            WHEN first = 2 THEN 'returned'
            WHEN abs(ln(move)) > 1e-6 THEN 'price'
            ELSE 'changed' END AS difference
        FROM ends
    )
"""
_COUNTS = text(f"""{_NET}
    SELECT difference, count(*), (SELECT count(*) FROM looked_at) FROM net GROUP BY difference
""")
_PAGE = text(f"""{_NET}
    SELECT offer_id, move FROM net WHERE difference = :difference
    ORDER BY abs(ln(move)) DESC NULLS LAST, offer_id LIMIT :limit OFFSET :offset
""")


def comparable_runs(source: Source) -> list[Run]:
    """Those that are over, newest first."""
    statement = select(Run).where(
        Run.source_id == source.id,
        Run.state.in_((RunState.FINISHED, RunState.HELD, RunState.CANCELLED)),
    )
    return list(db.session.scalars(statement.order_by(Run.id.desc()).limit(RUNS_TO_CHOOSE)))


def run_of(source: Source, id: int) -> Run | None:
    return db.session.scalar(select(Run).where(Run.id == id, Run.source_id == source.id))


def run_before(source: Source, run: Run) -> Run | None:
    """The last one before it that came to an end of its own."""
    statement = select(Run).where(
        Run.source_id == source.id,
        Run.id < run.id,
        Run.state.in_((RunState.FINISHED, RunState.HELD)),
    )
    return db.session.scalar(statement.order_by(Run.id.desc()).limit(1))


def runs_between(source: Source, earlier: Run, later: Run) -> list[int]:
    """The runs whose changes make the difference: those after the earlier one, up to the later."""
    statement = select(Run.id).where(
        Run.source_id == source.id, Run.id > earlier.id, Run.id <= later.id
    )
    return list(db.session.scalars(statement.order_by(Run.id)))


def difference_counts(runs: Sequence[int]) -> DifferenceCounts:
    rows = db.session.execute(_COUNTS, {"runs": list(runs), "cap": CAP}).all()
    counts = {difference: count for difference, count, _looked_at in rows if difference}
    return DifferenceCounts(counts, bool(rows) and rows[0][2] >= CAP)


def different_offers(
    runs: Sequence[int], difference: Difference, number: int
) -> Listing[ComparedOffer]:
    """The biggest price moves first, relative to the price."""
    found = db.session.execute(
        _PAGE,
        {
            "runs": list(runs),
            "cap": CAP,
            "difference": difference,
            "limit": LIST_SIZE + 1,
            "offset": (number - 1) * LIST_SIZE,
        },
    ).all()
    moves = {offer_id: move for offer_id, move in found}
    return listing(_compared(runs, moves), number)


def _compared(runs: Sequence[int], moves: Mapping[int, float | None]) -> list[ComparedOffer]:
    offers = {
        row[0]: row
        for row in db.session.execute(
            select(Offer.id, Offer.external_id, Offer.reference, Offer.title, Offer.city).where(
                Offer.id.in_(moves)
            )
        )
    }
    steps: dict[int, list[dict[str, Any]]] = {}
    revisions = db.session.execute(
        select(OfferRevision.offer_id, OfferRevision.changes)
        .where(OfferRevision.offer_id.in_(moves), OfferRevision.run_id.in_(runs))
        .order_by(OfferRevision.id)
    )
    for offer_id, changes in revisions:
        steps.setdefault(offer_id, []).append(changes)
    return [
        ComparedOffer(*offers[id], price_move=move, changes=merged_changes(steps.get(id, ())))
        for id, move in moves.items()
    ]
