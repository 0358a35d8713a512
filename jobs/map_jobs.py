"""The pure half of a turn: from a job's raw record to an offer, or to the problems instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zstandard import ZstdDecompressor

from jobs.claim_jobs import ClaimedJob
from jobs.faults import report_fault
from jobs.formats.record import Record
from jobs.job_rows import record_of
from jobs.mappings import compiled_mapping, mapping_document
from jobs.partial_records import (
    Key,
    base_of,
    laid_over,
    records_in_force,
    records_refused,
)
from webapp.offers.canonical import canonical_offer
from webapp.offers.problems import Problem, problem

OfferData = dict[str, Any]


@dataclass(slots=True)
class Whole:
    """A partial record laid over all that was known of its offer, refused or not."""

    record: Record
    base_job_id: int | None
    """Of the record that the offer was made of, if there is one."""


@dataclass(slots=True)
class MappedJob:
    job: ClaimedJob
    # The canonical offer; None when the record withdraws it, or is refused and `problems` say why.
    offer: OfferData | None
    problems: list[Problem]
    withdraws: bool = False
    # Only of partial records.
    whole: Whole | None = None


def map_jobs(jobs: Sequence[ClaimedJob]) -> list[MappedJob]:
    decompressor = ZstdDecompressor()
    partial = [job for job in jobs if _is_partial(job)]
    completed = _completed(partial, decompressor) if partial else {}
    return [_map_job(job, decompressor, completed.get(job.id)) for job in jobs]


def _map_job(job: ClaimedJob, decompressor: ZstdDecompressor, whole: Whole | None) -> MappedJob:
    """A fault of our own becomes a problem of this offer alone, and reaches Sentry."""
    try:
        record = record_of(job.payload, decompressor) if whole is None else whole.record
        mapped = compiled_mapping(job.mapping_id, job.source_id, job.values_version)(record)
        if mapped.withdraws:
            return MappedJob(job, None, mapped.problems, withdraws=True, whole=whole)
        # The job was staged for this id, whatever a mapping that changed since says.
        mapped.offer["external_id"] = job.external_id
        offer, problems = canonical_offer(mapped.offer)
        return MappedJob(job, offer, [*mapped.problems, *problems], whole=whole)
    except Exception as error:
        report_fault(job, "mapping_failed", error)
        return MappedJob(job, None, [problem("mapping_failed", "", str(error))])


def _is_partial(job: ClaimedJob) -> bool:
    try:
        return mapping_document(job.mapping_id).partial
    except LookupError:
        # The mapping of the record says so, as a problem of its own.
        return False


def _completed(jobs: Sequence[ClaimedJob], decompressor: ZstdDecompressor) -> dict[int, Whole]:
    """By job; several of one offer lie over each other, the newest uppermost."""
    keys = {(job.source_id, job.external_id) for job in jobs}
    in_force, refused = records_in_force(keys), records_refused(keys)
    uppermost: dict[Key, Record] = {}
    completed: dict[int, Whole] = {}
    for job in sorted(jobs, key=lambda job: (job.sequence, job.id)):
        key = job.source_id, job.external_id
        known = in_force.get(key, (None, None))
        base = base_of(known, refused.get(key, ()), before=job.id)
        record = laid_over(uppermost.get(key, base), record_of(job.payload, decompressor))
        uppermost[key] = record
        completed[job.id] = Whole(record, known[0])
    return completed
