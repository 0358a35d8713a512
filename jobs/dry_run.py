"""What an import would do: the whole file against what is known, with nothing written.

The same rules as stage, apply and finish, over reads only. What a dry run says is what the import
does, as long as nobody else changes the source in between.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import select

from jobs.errors import PermanentError
from jobs.fetch.local_file import fetch_local_file
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import no_records
from jobs.formats.record import RawRecord, Record
from jobs.partial_records import laid_over, records_in_force
from jobs.read_files import read_files
from jobs.record_id import record_id
from jobs.semantics import semantics_of, semantics_of_all
from jobs.skipped_records import only_skipped, without_skipped
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Lifecycle, Offer, Rejection, Semantics, Source
from webapp.offers.canonical import canonical_offer
from webapp.offers.fingerprint import content_hash, sorted_json
from webapp.offers.mapping import RecordMapper, compile_mapping
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.problems import Problem, problem
from webapp.presets import load_preset

CHUNK_RECORDS = 1000


@dataclass(slots=True)
class Given:
    external_id: str
    fingerprint: bytes
    record: Record


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
    # None when the mapping would be a new one, under which no record is known.
    mapping_id: int | None
    counts: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    facts: DocumentFacts = field(default_factory=DocumentFacts)
    # Known once the file's header has been read.
    semantics: Semantics | None = None
    sha256: str | None = None
    # Why the reading ended early; what came before it counts.
    error: PermanentError | None = None

    def note(self, problems: Iterable[Problem]) -> None:
        self.problems.update(problem.code for problem in problems)


def dry_run(
    file: Path,
    source: Source | None,
    preset: str,
    config: Config,
    proposed: MappingDocument | None = None,
) -> DryRun:
    """Read FILE as an import into the source would. Writes nothing but a spool file.

    `proposed`: the mapping that the import would store, where it is no preset's.

    :raise PermanentError: the file is no feed, or holds no record.
    """
    keeps_own = source is not None and source.preset == preset and proposed is None
    own_mapping = source.mapping if source is not None and keeps_own else None
    ignore_paths: list[str] = list(source.ignore_paths) if source else []
    if own_mapping is not None:
        document = MappingDocument.model_validate(own_mapping.document)
    else:
        document = proposed or load_preset(preset)
    run = DryRun(source, own_mapping.id if own_mapping else None)
    config.spool_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=config.spool_dir, prefix="run-dry-") as folder:
        spool = Path(folder) / "feed"
        reading = document.reading
        fetched = fetch_local_file(file, spool, config.max_feed_bytes, member=reading.member)
        run.sha256 = fetched.sha256
        records = read_files(
            fetched.files,
            reading,
            facts=run.facts,
            header=document.header,
            ignore_paths=ignore_paths,
        )
        try:
            _count(run, without_skipped(records, document, run.facts), document)
        except PermanentError as error:
            run.error = error
    run.semantics = semantics_of_all(document, run.facts)
    if run.counts["read"] == 0 and (run.error or run.semantics == Semantics.SNAPSHOT):
        if run.error is None and run.facts.skipped:
            raise only_skipped(run.facts)
        raise run.error or no_records(document.reading, file.name)
    return run


def _count(run: DryRun, raw_records: Iterator[RawRecord], document: MappingDocument) -> None:
    """:raise PermanentError: the reader's, after everything before the error was counted."""
    mapper = compile_mapping(document)
    flaw: PermanentError | None = None
    while flaw is None:
        chunk: list[Given] = []
        read = run.counts["read"]
        try:
            for raw in islice(raw_records, CHUNK_RECORDS):
                run.counts["read"] += 1
                run.semantics = run.semantics or semantics_of(document, run.facts.header)
                if (given := _identified(run, raw, document.id)) is not None:
                    chunk.append(given)
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


def _identified(run: DryRun, raw: RawRecord, id_paths: Sequence[str]) -> Given | None:
    external_id = record_id(raw, id_paths)
    is_repeated = isinstance(external_id, str) and external_id in run.seen
    if is_repeated and run.semantics == Semantics.SNAPSHOT:
        external_id = problem("duplicate_id", "external_id", external_id)
    if isinstance(external_id, Problem):
        run.counts.update(("rejected", "unidentified"))
        run.note([external_id])
        return None
    run.seen.add(external_id)
    return Given(external_id, raw.fingerprint(), raw.as_dict())


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
    known = records_in_force({(run.source.id, given.external_id) for given in chunk})
    for given in chunk:
        _, base = known.get((run.source.id, given.external_id), (0, None))
        given.record = laid_over(base, given.record)


def _compare(run: DryRun, chunk: Sequence[Given], mapper: RecordMapper) -> None:
    ids = [given.external_id for given in chunk]
    known, refused = _known_offers(run, ids), _still_refused(run, ids)
    for given in chunk:
        offer, problems, withdraws = _mapped(mapper, given.record)
        run.note(problems)
        was = known.get(given.external_id)
        rejection = refused.get(given.external_id)
        if rejection == (given.fingerprint, run.mapping_id):
            outcome = "rejected"
        elif rejection is None and was is not None and _is_the_same(run, given, was):
            outcome = "unchanged"
        elif withdraws:
            outcome = "unchanged" if was is None or was.is_withdrawn else "withdrawn"
            if was is None:
                run.note([problem("withdrawn_unknown", "external_id", given.external_id)])
        elif offer is None:
            outcome = "failed" if problems[0].code == "mapping_failed" else "rejected"
        elif was is None:
            outcome = "created"
        elif was.is_withdrawn or was.content_hash != _hash_of(offer):
            outcome = "updated"
        else:
            outcome = "unchanged"
        run.counts[outcome] += 1
        run.counts["returned"] += outcome == "updated" and was is not None and was.is_withdrawn


def _is_the_same(run: DryRun, given: Given, was: Known) -> bool:
    """Then the import would not look at the record any further."""
    return (was.raw_hash, was.mapping_id, was.lifecycle) == (
        given.fingerprint,
        run.mapping_id,
        Lifecycle.LIVE,
    )


def _mapped(
    mapper: RecordMapper, record: Record
) -> tuple[dict[str, object] | None, list[Problem], bool]:
    """The offer, its problems, and whether the record withdraws it instead."""
    try:
        mapped = mapper(record)
        if mapped.withdraws:
            return None, mapped.problems, True
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
