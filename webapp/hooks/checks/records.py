"""What would become of each record of a body, given the offers as they stand. The same decisions as
a worker's turn, without its writing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.models import Lifecycle, Outcome
from webapp.offers.canonical import canonical_offer
from webapp.offers.fingerprint import content_hash, sorted_json
from webapp.offers.laid_over import laid_over
from webapp.offers.mapping import RecordMapper
from webapp.offers.ordering import is_older, oldest_first
from webapp.offers.problems import Problem, problem
from webapp.queries.known_offers import KnownOffer

REFUSED = "refused"


@dataclass(slots=True)
class TriedRecord:
    """Of one body; its position orders it among those that came together."""

    id: int
    external_id: str
    record: dict[str, Any]
    version: int | None
    sequence: int


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    position: int
    external_id: str
    outcome: str
    """An Outcome, REFUSED, or LEFT_OUT."""
    problems: list[Problem] = field(default_factory=list)


def checked_records(
    tried: Sequence[TriedRecord],
    known: Mapping[str, KnownOffer],
    bases: Mapping[str, dict[str, Any]] | None,
    mapper: RecordMapper,
) -> Iterator[CheckedRecord]:
    """`bases`: of partial records, what each is laid over; None where records are whole."""
    of_offers: dict[str, list[TriedRecord]] = {}
    for one in tried:
        of_offers.setdefault(one.external_id, []).append(one)
    for external_id, together in of_offers.items():
        in_order = oldest_first(together, lambda one: one)
        if bases is not None:
            base = bases.get(external_id)
            for one in in_order:
                base = one.record = laid_over(base, one.record)
        newest = in_order.pop()
        yield _checked(newest, known.get(external_id), mapper)
        for one in in_order:
            yield CheckedRecord(one.id, external_id, Outcome.SUPERSEDED)


def _checked(one: TriedRecord, known: KnownOffer | None, mapper: RecordMapper) -> CheckedRecord:
    offer, problems, withdraws = _mapped(one, mapper)
    if known is not None and is_older(one, known):
        outcome: str = Outcome.SUPERSEDED
    elif withdraws:
        is_news = known is not None and known.lifecycle != Lifecycle.WITHDRAWN
        outcome = Outcome.WITHDRAWN if is_news else Outcome.UNCHANGED
    elif offer is None:
        outcome = REFUSED
    elif known is None:
        outcome = Outcome.CREATED
    elif (
        known.lifecycle != Lifecycle.WITHDRAWN
        and content_hash(sorted_json(offer)) == known.content_hash
    ):
        outcome = Outcome.UNCHANGED
    else:
        outcome = Outcome.UPDATED
    return CheckedRecord(one.id, one.external_id, outcome, problems)


def _mapped(
    one: TriedRecord, mapper: RecordMapper
) -> tuple[dict[str, Any] | None, list[Problem], bool]:
    try:
        mapped = mapper(one.record)
        if mapped.withdraws:
            return None, mapped.problems, True
        mapped.offer["external_id"] = one.external_id
        offer, problems = canonical_offer(mapped.offer)
    except Exception as error:
        # As in a worker: a fault of our own harms this record alone.
        return None, [problem("mapping_failed", "", str(error))], False
    return offer, [*mapped.problems, *problems], False
