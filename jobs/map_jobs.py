"""The pure half of a turn: from a job's raw record to an offer, or to the problems instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zstandard import ZstdDecompressor

from jobs.claim_jobs import ClaimedJob
from jobs.faults import report_fault
from jobs.formats.record import Record
from jobs.job_rows import record_of
from jobs.late_records import late_records
from jobs.mappings import compiled_mapping, mapping_document
from jobs.partial_records import (
    Key,
    base_of,
    records_in_force,
    records_refused,
)
from webapp.offers.canonical import canonical_offer
from webapp.offers.laid_over import laid_over
from webapp.offers.ordering import oldest_first
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
        return job.is_partial or mapping_document(job.mapping_id).partial
    except LookupError:
        # The mapping of the record says so, as a problem of its own.
        return False


def _completed(jobs: Sequence[ClaimedJob], decompressor: ZstdDecompressor) -> dict[int, Whole]:
    """By job; several of one offer lie over each other, the newest uppermost."""
    for job in jobs:
        # When a turn is mapped again, other records may be in force.
        job.sequence, job.version = job.told_sequence, job.told_version
    of_offers = _of_offers(jobs)
    in_force, refused = records_in_force(of_offers), records_refused(of_offers)
    late = late_records([job for job in jobs if job.has_webhook])
    uppermost: dict[Key, Record] = {}
    completed: dict[int, Whole] = {}
    for key, together in of_offers.items():
        known = in_force.get(key, (None, None))
        for number, job in enumerate(oldest_first(together, lambda job: job)):
            base = uppermost.get(key, base_of(known, refused.get(key, ()), before=job.id))
            record = record_of(job.payload, decompressor)
            if job.id in late:
                left = late[job.id].left_of(record)
                if not left:
                    # It is superseded: nothing lies over it.
                    completed[job.id] = Whole(laid_over(base, record), known[0])
                    continue
                job.version, job.sequence = late[job.id].version, late[job.id].sequence + number
                record = left
            uppermost[key] = laid_over(base, record)
            completed[job.id] = Whole(uppermost[key], known[0])
    return completed


def _of_offers(jobs: Sequence[ClaimedJob]) -> dict[Key, list[ClaimedJob]]:
    of_offers: dict[Key, list[ClaimedJob]] = {}
    for job in jobs:
        of_offers.setdefault((job.source_id, job.external_id), []).append(job)
    return of_offers
