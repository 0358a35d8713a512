"""From raw records to offer jobs: find what changed and stage it, a chunk a transaction. While
PostgreSQL compares one chunk, the next is read.

A chunk's jobs, the ids it saw, its problems and the run's counters are committed together, so a
run whose worker died goes on behind the last chunk and counts nothing twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

from jobs.announce import announce_chunk
from jobs.claims import ClaimedRun, update_run
from jobs.compare import Compared, Comparing
from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.record import RawRecord, Record
from jobs.formats.xml_record import record_from_content
from jobs.job_rows import NewJob, copy_jobs
from jobs.problem_rows import ProblemRow, insert_problems
from jobs.record_id import record_id
from jobs.repeated_ids import merged_in_order
from jobs.semantics import semantics_of
from webapp.bodies.version import VersionOf
from webapp.extensions import db
from webapp.models import Semantics
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.problems import Problem, problem

CHUNK_RECORDS = 1000
# Large records make a smaller chunk, so that the memory of a worker stays flat.
CHUNK_BYTES = 8 * 1024**2


@dataclass(slots=True)
class Refused:
    """A record that never becomes a job: without an id, or with one that is taken."""

    problem: Problem
    external_id: str
    position: int
    line: int | None


@dataclass(slots=True)
class Chunk:
    """Records of one transaction; a content is the record's dict, or its bytes until needed."""

    read: int = 0
    size: int = 0
    external_ids: list[str] = field(default_factory=list)
    fingerprints: list[bytes] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    lines: list[int | None] = field(default_factory=list)
    contents: list[Record | bytes] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def stage_records(
    run: ClaimedRun,
    raw_records: Iterable[RawRecord],
    document: MappingDocument,
    facts: DocumentFacts,
    *,
    expect_changes: bool,
    version_of: VersionOf | None = None,
) -> Iterator[int]:
    """Stage every record behind those already staged; yields the count read after each chunk.

    `expect_changes`: whether most records will have to be staged. Then their dicts are made at
    once; otherwise their bytes are kept and only the few that changed become dicts. `version_of`:
    where the records tell which of two states is the newer.

    :raise RunTakenOver: when the run was cancelled or taken over meanwhile.
    :raise PermanentError: the reader's, after everything before the error has been staged.
    """
    chunks = ChunkReader(islice(raw_records, run.read, None), document.id, as_dicts=expect_changes)
    with closing(Comparing()) as comparing:
        chunk = chunks.next()
        run.semantics = semantics_of(document, facts.header)
        while chunk is not None:
            comparing.begin(run, chunk.external_ids, chunk.fingerprints)
            following = chunks.next()
            staged = _stage(run, chunk, comparing, version_of, is_partial=document.partial)
            chunks.as_dicts = staged * 2 > chunk.read
            yield run.read
            chunk = following
    if chunks.flaw is not None:
        raise chunks.flaw


class ChunkReader:
    def __init__(
        self, raw_records: Iterator[RawRecord], id_paths: Sequence[str], *, as_dicts: bool
    ) -> None:
        self.as_dicts = as_dicts
        # What ended the reading before its time.
        self.flaw: PermanentError | None = None
        self._raw_records = raw_records
        self._id_paths = id_paths

    def next(self) -> Chunk | None:
        """None at the end, and behind the flaw."""
        chunk = Chunk()
        try:
            if self.flaw is None:
                self._fill(chunk)
        except PermanentError as error:
            self.flaw = error
        return chunk if chunk.read else None

    def _fill(self, chunk: Chunk) -> None:
        for raw in islice(self._raw_records, CHUNK_RECORDS):
            chunk.read += 1
            chunk.size += raw.size
            external_id = record_id(raw, self._id_paths)
            if isinstance(external_id, Problem):
                chunk.refused.append(Refused(external_id, "", raw.position, raw.line))
                continue
            chunk.external_ids.append(external_id)
            chunk.fingerprints.append(raw.fingerprint())
            chunk.positions.append(raw.position)
            chunk.lines.append(raw.line)
            chunk.contents.append(raw.kept(as_dict=self.as_dicts))
            if chunk.size >= CHUNK_BYTES:
                break


def _stage(
    run: ClaimedRun,
    chunk: Chunk,
    comparing: Comparing,
    version_of: VersionOf | None,
    *,
    is_partial: bool,
) -> int:
    """Commit one chunk and ring for its jobs; returns how many were staged."""
    superseded = 0
    if run.semantics == Semantics.DELTA:
        compared = comparing.result_of_delta()
        superseded = len(compared.repeated)
    else:
        compared = comparing.result()
        _refuse_repeated(chunk, compared)
    jobs = [_new_job(run, chunk, index, version_of) for index in compared.changed]
    if is_partial and run.semantics == Semantics.DELTA:
        _complete(run, chunk, compared, jobs)
    ids = copy_jobs(jobs)
    insert_problems(
        [
            ProblemRow(one.problem, run.origin, None, one.external_id, one.position, one.line)
            for one in chunk.refused
        ]
    )
    run.read += chunk.read
    announce_chunk(run, ids)
    update_run(
        run,
        "read = :read, attempt = 0, staged = staged + :staged, unchanged = unchanged + :unchanged, "
        "superseded = superseded + :superseded, semantics = :semantics, "
        "rejected = rejected + :rejected, unidentified = unidentified + :unidentified, "
        "staged_id = :staged_id, announced_id = greatest(announced_id, :announced_id)",
        read=run.read,
        staged=len(ids),
        unchanged=compared.unchanged,
        superseded=superseded,
        semantics=run.semantics,
        rejected=compared.still_rejected + len(chunk.refused),
        unidentified=len(chunk.refused),
        staged_id=run.staged_id,
        announced_id=run.announced_id,
    )
    db.session.commit()
    return len(ids)


def _refuse_repeated(chunk: Chunk, compared: Compared) -> None:
    for index in compared.repeated:
        external_id = chunk.external_ids[index]
        found = problem("duplicate_id", "external_id", external_id)
        place = chunk.positions[index], chunk.lines[index]
        chunk.refused.append(Refused(found, external_id, *place))


def _complete(run: ClaimedRun, chunk: Chunk, compared: Compared, jobs: Sequence[NewJob]) -> None:
    """Lay partial records of one offer over each other, in the order of the feed."""
    indexes = sorted([*compared.changed, *compared.repeated])
    merged = merged_in_order(
        run,
        [chunk.external_ids[index] for index in indexes],
        [_record(chunk, index) for index in indexes],
    )
    for job in jobs:
        job.record = merged[job.external_id]


def _new_job(run: ClaimedRun, chunk: Chunk, index: int, version_of: VersionOf | None) -> NewJob:
    assert run.sequence is not None
    position = chunk.positions[index]
    # In a delta a later record is the newer one: a microsecond for each.
    later = position if run.semantics == Semantics.DELTA else 0
    record = _record(chunk, index)
    return NewJob(
        origin=run.origin,
        external_id=chunk.external_ids[index],
        sequence=run.sequence + later,
        version=None if version_of is None else version_of(record, run.sequence),
        position=position,
        line=chunk.lines[index],
        raw_hash=chunk.fingerprints[index],
        record=record,
    )


def _record(chunk: Chunk, index: int) -> Record:
    content = chunk.contents[index]
    return record_from_content(content) if isinstance(content, bytes) else content
