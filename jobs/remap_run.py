"""A run over stored records: each is staged as it is, under its own id and sequence, so that
nothing newer is ever overwritten; no fetch, no parsing, no removals."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from jobs.announce import announce_chunk
from jobs.claims import ClaimedRun, add_step, update_run
from jobs.job_rows import NewJob, copy_jobs
from jobs.reading_ends import hand_over
from jobs.stage import CHUNK_BYTES, CHUNK_RECORDS
from jobs.stored_records import StoredRecord, stored_records
from webapp.extensions import db
from webapp.models import OfferJob, Semantics, utc_now


def remap_run(run: ClaimedRun, remap: dict[str, Any]) -> None:
    """Stage every record that the remap is about, behind those staged already, and leave the run
    to the offers workers. Commits.

    :raise RunTakenOver: when the run was cancelled or taken over meanwhile.
    """
    began = utc_now()
    update_run(run, "state = 'reading', semantics = :semantics", semantics=Semantics.DELTA)
    db.session.commit()
    stored = stored_records(run.source_id, remap, behind=_last_staged(run))
    for chunk in _chunks(stored):
        _stage(run, chunk)
    add_step(run.id, "read_stored", began, detail={"records": run.read})
    hand_over(run)


def _last_staged(run: ClaimedRun) -> str:
    """The external id that an interrupted worker got to."""
    last = db.session.scalar(select(OfferJob.external_id).where(OfferJob.id == run.staged_id))
    return last or ""


def _chunks(records: Iterator[StoredRecord]) -> Iterator[list[StoredRecord]]:
    chunk: list[StoredRecord] = []
    size = 0
    for record in records:
        chunk.append(record)
        size += record.size
        if len(chunk) == CHUNK_RECORDS or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _stage(run: ClaimedRun, chunk: list[StoredRecord]) -> None:
    """Commit one chunk and ring for its jobs."""
    ids = copy_jobs(
        [
            NewJob(
                origin=run.origin,
                external_id=stored.external_id,
                sequence=stored.sequence,
                version=None,
                position=stored.position,
                line=stored.line,
                raw_hash=stored.raw_hash,
                record=stored.record,
            )
            for stored in chunk
        ],
    )
    run.read += len(chunk)
    announce_chunk(run, ids)
    update_run(
        run,
        "read = :read, attempt = 0, staged = staged + :staged, staged_id = :staged_id, "
        "announced_id = greatest(announced_id, :announced_id)",
        read=run.read,
        staged=len(ids),
        staged_id=run.staged_id,
        announced_id=run.announced_id,
    )
    db.session.commit()
