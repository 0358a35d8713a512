"""What a run would do with the records of a feed, or with those that are stored: each of them
against what is known, with nothing written.

The same rules as stage, apply and finish, over reads only. What a dry run says is what the run
does, as long as nobody else changes the source in between.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select

from jobs.dry_examples import Examples
from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.record import RawRecord, Record
from jobs.partial_records import base_of, records_in_force, records_refused
from jobs.record_id import record_id
from jobs.semantics import semantics_of
from jobs.stored_records import StoredRecord
from jobs.word_counts import WordCounts
from webapp.extensions import db
from webapp.models import Lifecycle, Offer, Rejection, Semantics, Source
from webapp.offers.canonical import canonical_offer
from webapp.offers.fingerprint import content_hash, sorted_json
from webapp.offers.laid_over import laid_over
from webapp.offers.mapping import RecordMapper, compile_mapping
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.problems import Problem, problem
from webapp.offers.secrets import masked_record
from webapp.services.value_decisions import value_tables

CHUNK_RECORDS = 1000
# Large records make a smaller chunk, so that the memory of a worker stays flat.
CHUNK_BYTES = 8 * 1024**2


@dataclass(slots=True)
class Given:
    external_id: str
    fingerprint: bytes
    record: Record
    position: int


class Known(NamedTuple):
    raw_hash: bytes
    mapping_id: int
    lifecycle: str
    content_hash: bytes

    @property
    def is_withdrawn(self) -> bool:
        return self.lifecycle == Lifecycle.WITHDRAWN


@dataclass(slots=True)
class DryRun:
    """The counters of the run that there would be, and what they were counted of."""

    # None for a source that the import would make.
    source: Source | None
    document: MappingDocument
    # None when the mapping would be a new one, under which no record is known.
    mapping_id: int | None
    # Only for a source that is being set up: others have theirs counted by runs.
    words: WordCounts | None = None
    counts: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    examples: Examples = field(default_factory=Examples)
    seen: set[str] = field(default_factory=set)
    facts: DocumentFacts = field(default_factory=DocumentFacts)
    # Known once the file's header has been read.
    semantics: Semantics | None = None
    sha256: str | None = None
    # Why the reading ended early; what came before it counts.
    error: PermanentError | None = None

    def note(self, problems: Iterable[Problem]) -> None:
        self.problems.update(problem.code for problem in problems)

    def mapper(self) -> RecordMapper:
        """With what people of the source have decided about the vendor's words."""
        return compile_mapping(self.document, value_tables(self.source.id) if self.source else None)


def count_records(run: DryRun, raw_records: Iterator[RawRecord]) -> None:
    """:raise PermanentError: the reader's, after everything before the error was counted."""
    mapper = run.mapper()
    document = run.document
    flaw: PermanentError | None = None
    while flaw is None:
        chunk: list[Given] = []
        read, size = run.counts["read"], 0
        try:
            for raw in islice(raw_records, CHUNK_RECORDS):
                run.counts["read"] += 1
                run.semantics = run.semantics or semantics_of(document, run.facts.header)
                if (given := _identified(run, raw, document.id)) is not None:
                    chunk.append(given)
                size += raw.size
                if size >= CHUNK_BYTES:
                    break
        except PermanentError as error:
            flaw = error
        if run.counts["read"] == read:
            break
        if run.semantics == Semantics.DELTA:
            chunk = _newest(run, chunk, is_partial=document.partial)
        if document.partial:
            _lay_over_known(run, chunk)
        _compare(run, chunk, mapper)
    if flaw is not None:
        raise flaw


def count_stored_records(run: DryRun, records: Iterator[StoredRecord]) -> None:
    """As a remap would map them: each under the id that it has, all of them anew."""
    mapper = run.mapper()
    run.semantics = Semantics.DELTA
    while batch := list(islice(records, CHUNK_RECORDS)):
        run.counts["read"] += len(batch)
        chunk = [Given(one.external_id, one.raw_hash, one.record, one.position) for one in batch]
        _compare(run, chunk, mapper)


def _identified(run: DryRun, raw: RawRecord, id_paths: Sequence[str]) -> Given | None:
    external_id = record_id(raw, id_paths)
    is_repeated = isinstance(external_id, str) and external_id in run.seen
    if is_repeated and run.semantics == Semantics.SNAPSHOT:
        external_id = problem("duplicate_id", "external_id", external_id)
    if isinstance(external_id, Problem):
        run.counts.update(("rejected", "unidentified"))
        run.note([external_id])
        run.examples.add("rejected", external_id.raw, None, [external_id], raw.position)
        return None
    run.seen.add(external_id)
    record = masked_record(raw.as_dict())
    return Given(external_id, raw.fingerprint(), record, raw.position)


def _newest(run: DryRun, chunk: Sequence[Given], *, is_partial: bool) -> list[Given]:
    """Of the records for one offer the last, with what it leaves out from those before it."""
    newest: dict[str, Given] = {}
    for given in chunk:
        earlier = newest.pop(given.external_id, None)
        run.counts["superseded"] += earlier is not None
        if earlier is not None and is_partial:
            given.record = laid_over(earlier.record, given.record)
        newest[given.external_id] = given
    return list(newest.values())


def _lay_over_known(run: DryRun, chunk: Sequence[Given]) -> None:
    if run.source is None:
        return
    keys = {(run.source.id, given.external_id) for given in chunk}
    in_force, refused = records_in_force(keys), records_refused(keys)
    for given in chunk:
        key = run.source.id, given.external_id
        base = base_of(in_force.get(key, (None, None)), refused.get(key, ()))
        given.record = laid_over(base, given.record)


def _compare(run: DryRun, chunk: Sequence[Given], mapper: RecordMapper) -> None:
    ids = [given.external_id for given in chunk]
    known, refused = _known_offers(run, ids), _still_refused(run, ids)
    for given in chunk:
        offer, problems, withdraws = _mapped(mapper, given)
        if run.words is not None:
            run.words.add(given.external_id, given.record)
        was = known.get(given.external_id)
        rejection = refused.get(given.external_id)
        if rejection == (given.fingerprint, run.mapping_id):
            outcome = "rejected"
        elif rejection is None and was is not None and _is_the_same(run, given, was):
            outcome = "unchanged"
        elif withdraws:
            outcome = "unchanged" if was is None or was.is_withdrawn else "withdrawn"
            if was is None:
                problems.append(problem("withdrawn_unknown", "external_id", given.external_id))
        elif offer is None:
            outcome = "failed" if problems[0].code == "mapping_failed" else "rejected"
        elif was is None:
            outcome = "created"
        elif was.is_withdrawn or was.content_hash != _hash_of(offer):
            outcome = "updated"
        else:
            outcome = "unchanged"
        run.note(problems)
        run.counts[outcome] += 1
        run.examples.add(outcome, given.external_id, offer, problems, given.position)
        run.counts["returned"] += outcome == "updated" and was is not None and was.is_withdrawn
    if run.source is not None:
        run.examples.compare(run.source.id)


def _is_the_same(run: DryRun, given: Given, was: Known) -> bool:
    """Then the import would not look at the record any further."""
    return (was.raw_hash, was.mapping_id, was.lifecycle) == (
        given.fingerprint,
        run.mapping_id,
        Lifecycle.LIVE,
    )


def _mapped(
    mapper: RecordMapper, given: Given
) -> tuple[dict[str, object] | None, list[Problem], bool]:
    """The offer, its problems, and whether the record withdraws it instead."""
    try:
        mapped = mapper(given.record)
        if mapped.withdraws:
            return None, mapped.problems, True
        mapped.offer["external_id"] = given.external_id
        offer, problems = canonical_offer(mapped.offer)
    except Exception as error:
        # As in a run: a fault of our own harms this record alone.
        return None, [problem("mapping_failed", "", str(error))], False
    return offer, [*mapped.problems, *problems], False


def _hash_of(offer: dict[str, object]) -> bytes:
    return content_hash(sorted_json(offer))


def _known_offers(run: DryRun, ids: Sequence[str]) -> dict[str, Known]:
    if run.source is None:
        return {}
    rows = db.session.execute(
        select(
            Offer.external_id, Offer.raw_hash, Offer.mapping_id, Offer.lifecycle, Offer.content_hash
        ).where(Offer.source_id == run.source.id, Offer.external_id.in_(ids))
    )
    return {row.external_id: Known(*row[1:]) for row in rows}


def _still_refused(run: DryRun, ids: Sequence[str]) -> dict[str, tuple[bytes, int]]:
    """The records last refused, each with the mapping it was refused under."""
    if run.source is None:
        return {}
    rows = db.session.execute(
        select(Rejection.external_id, Rejection.raw_hash, Rejection.mapping_id).where(
            Rejection.source_id == run.source.id, Rejection.external_id.in_(ids)
        )
    )
    return {external_id: (raw_hash, mapping_id) for external_id, raw_hash, mapping_id in rows}
