"""From raw records to offer jobs: find what changed and stage it, a chunk a transaction.

A chunk's jobs, the ids it saw, its problems and the run's counters are committed together, so a
run whose worker died goes on behind the last chunk and counts nothing twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import text

from jobs.announce import announce_chunk
from jobs.claims import ClaimedRun, update_run
from jobs.errors import PermanentError
from jobs.formats.record import RawRecord, Record
from jobs.formats.xml_record import record_from_content
from jobs.job_rows import NewJob, copy_jobs
from jobs.json_rows import bytea, json_rows
from jobs.problem_rows import ProblemRow, insert_problems
from jobs.record_id import record_id
from webapp.extensions import db
from webapp.offers.problems import Problem, problem

CHUNK_RECORDS = 1000
# Large records make a smaller chunk, so that the memory of a worker stays flat.
CHUNK_BYTES = 8 * 1024**2

_COMPARE = text("""
    WITH incoming AS (
        SELECT * FROM ROWS FROM (json_to_recordset(CAST(:rows AS json))
            AS (external_id text, raw_hash bytea)) WITH ORDINALITY
            AS records (external_id, raw_hash, number)
    ), fresh AS (
        INSERT INTO run_seen (run_id, external_id)
        SELECT DISTINCT CAST(:run_id AS bigint), external_id FROM incoming
        ON CONFLICT DO NOTHING RETURNING external_id
    )
    SELECT fresh.external_id IS NOT NULL AS is_new_id,
        rejections.job_id IS NULL AND coalesce(
            offers.raw_hash = incoming.raw_hash AND offers.mapping_id = :mapping_id
            AND offers.lifecycle = 'live', false) AS is_unchanged,
        coalesce(rejections.raw_hash = incoming.raw_hash
            AND rejections.mapping_id = :mapping_id, false) AS is_still_rejected
    FROM incoming
    LEFT JOIN fresh ON fresh.external_id = incoming.external_id
    LEFT JOIN offers
        ON offers.source_id = :source_id AND offers.external_id = incoming.external_id
    LEFT JOIN rejections
        ON rejections.source_id = :source_id AND rejections.external_id = incoming.external_id
    ORDER BY incoming.number
""")


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


@dataclass(slots=True)
class Compared:
    """A chunk against what is known: the indexes of records to stage, and the others' counts."""

    changed: list[int] = field(default_factory=list)
    unchanged: int = 0
    still_rejected: int = 0


def stage_records(
    run: ClaimedRun,
    raw_records: Iterable[RawRecord],
    id_paths: Sequence[str],
    *,
    expect_changes: bool,
) -> Iterator[int]:
    """Stage every record behind those already staged; yields the count read after each chunk.

    `expect_changes`: whether most records will have to be staged. Then their dicts are made at
    once; otherwise their bytes are kept and only the few that changed become dicts.

    :raise RunTakenOver: when the run was cancelled or taken over meanwhile.
    :raise PermanentError: the reader's, after everything before the error has been staged.
    """
    remaining = islice(raw_records, run.read, None)
    flaw: PermanentError | None = None
    while flaw is None:
        chunk = Chunk()
        try:
            _fill(chunk, remaining, id_paths, as_dicts=expect_changes)
        except PermanentError as error:
            flaw = error
        if not chunk.read:
            break
        staged = _stage(run, chunk)
        expect_changes = staged * 2 > chunk.read
        yield run.read
    if flaw is not None:
        raise flaw


def _fill(
    chunk: Chunk, raw_records: Iterator[RawRecord], id_paths: Sequence[str], *, as_dicts: bool
) -> None:
    for raw in islice(raw_records, CHUNK_RECORDS):
        chunk.read += 1
        chunk.size += raw.size
        external_id = record_id(raw, id_paths)
        if isinstance(external_id, Problem):
            chunk.refused.append(Refused(external_id, "", raw.position, raw.line))
            continue
        chunk.external_ids.append(external_id)
        chunk.fingerprints.append(raw.fingerprint())
        chunk.positions.append(raw.position)
        chunk.lines.append(raw.line)
        chunk.contents.append(raw.kept(as_dict=as_dicts))
        if chunk.size >= CHUNK_BYTES:
            break


def _stage(run: ClaimedRun, chunk: Chunk) -> int:
    """Commit one chunk and ring for its jobs; returns how many were staged."""
    compared = _compare(run, chunk)
    ids = copy_jobs(run, [_new_job(chunk, index) for index in compared.changed])
    insert_problems(
        [
            ProblemRow(
                one.problem, run.source_id, run.id, None, one.external_id, one.position, one.line
            )
            for one in chunk.refused
        ]
    )
    run.read += chunk.read
    announce_chunk(run, ids)
    update_run(
        run,
        "read = :read, attempt = 0, staged = staged + :staged, unchanged = unchanged + :unchanged, "
        "rejected = rejected + :rejected, unidentified = unidentified + :unidentified, "
        "staged_id = :staged_id, announced_id = greatest(announced_id, :announced_id)",
        read=run.read,
        staged=len(ids),
        unchanged=compared.unchanged,
        rejected=compared.still_rejected + len(chunk.refused),
        unidentified=len(chunk.refused),
        staged_id=run.staged_id,
        announced_id=run.announced_id,
    )
    db.session.commit()
    return len(ids)


def _compare(run: ClaimedRun, chunk: Chunk) -> Compared:
    """Remember the chunk's ids and compare each record with its offer, in one statement."""
    rows = db.session.execute(
        _COMPARE,
        {
            "run_id": run.id,
            "source_id": run.source_id,
            "mapping_id": run.mapping_id,
            "rows": json_rows(
                [
                    {"external_id": external_id, "raw_hash": bytea(fingerprint)}
                    for external_id, fingerprint in zip(
                        chunk.external_ids, chunk.fingerprints, strict=True
                    )
                ]
            ),
        },
    )
    compared = Compared()
    seen: set[str] = set()
    for index, (is_new_id, is_unchanged, is_still_rejected) in enumerate(rows):
        external_id = chunk.external_ids[index]
        if not is_new_id or external_id in seen:
            found = problem("duplicate_id", "external_id", external_id)
            place = chunk.positions[index], chunk.lines[index]
            chunk.refused.append(Refused(found, external_id, *place))
            continue
        seen.add(external_id)
        if is_unchanged:
            compared.unchanged += 1
        elif is_still_rejected:
            compared.still_rejected += 1
        else:
            compared.changed.append(index)
    return compared


def _new_job(chunk: Chunk, index: int) -> NewJob:
    content = chunk.contents[index]
    return NewJob(
        external_id=chunk.external_ids[index],
        position=chunk.positions[index],
        line=chunk.lines[index],
        raw_hash=chunk.fingerprints[index],
        record=record_from_content(content) if isinstance(content, bytes) else content,
    )
