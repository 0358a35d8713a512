"""The pure half of a turn: from a job's raw record to an offer, or to the problems instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zstandard import ZstdDecompressor

from jobs.claim_jobs import ClaimedJob
from jobs.faults import report_fault
from jobs.job_rows import record_of
from jobs.mappings import compiled_mapping
from webapp.offers.canonical import canonical_offer
from webapp.offers.problems import Problem, problem

OfferData = dict[str, Any]


@dataclass(slots=True)
class MappedJob:
    job: ClaimedJob
    # The canonical offer; None when the record is refused, and `problems` say why.
    offer: OfferData | None
    problems: list[Problem]


def map_jobs(jobs: Sequence[ClaimedJob]) -> list[MappedJob]:
    decompressor = ZstdDecompressor()
    return [_map_job(job, decompressor) for job in jobs]


def _map_job(job: ClaimedJob, decompressor: ZstdDecompressor) -> MappedJob:
    """A fault of our own becomes a problem of this offer alone, and reaches Sentry."""
    try:
        mapped = compiled_mapping(job.mapping_id)(record_of(job.payload, decompressor))
        # The job was staged for this id, whatever a mapping that changed since says.
        mapped.offer["external_id"] = job.external_id
        offer, problems = canonical_offer(mapped.offer)
        return MappedJob(job, offer, [*mapped.problems, *problems])
    except Exception as error:
        report_fault(job, "mapping_failed", error)
        return MappedJob(job, None, [problem("mapping_failed", "", str(error))])
