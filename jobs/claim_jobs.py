"""Taking up offer jobs by conditional UPDATE: whoever raises the fence first has them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from webapp.extensions import db

_CLAIM = text("""
    UPDATE offer_jobs AS job SET state = 'running', fence = job.fence + 1,
        attempt = job.attempt + 1, lease_until = now() + make_interval(secs => :lease)
    FROM offer_records AS record, sources AS source, runs AS run
    WHERE job.id = ANY(CAST(:ids AS bigint[])) AND job.state IN ('queued', 'retry_due')
        AND job.suspect = :alone
        AND record.id = job.id AND source.id = job.source_id
        AND run.id = job.run_id AND run.state <> 'cancelled'
    RETURNING job.id, job.run_id, job.source_id, source.agency_id, source.mapping_id,
        source.values_version, job.external_id, job.sequence, job.position, job.line,
        job.raw_hash, job.fence, job.attempt, record.payload
""")


@dataclass(slots=True)
class ClaimedJob:
    id: int
    run_id: int
    source_id: int
    agency_id: int
    mapping_id: int
    values_version: int
    external_id: str
    sequence: int
    position: int
    line: int | None
    raw_hash: bytes
    fence: int
    attempt: int
    payload: bytes


def claim_jobs(ids: Sequence[int], lease_seconds: int, *, alone: bool) -> list[ClaimedJob]:
    """Commits. Only suspects are claimed with `alone`, only the others without."""
    rows = db.session.execute(
        _CLAIM, {"ids": list(ids), "lease": lease_seconds, "alone": alone}
    ).all()
    db.session.commit()
    # One order everywhere, so that two turns never wait for each other's offers.
    return sorted((ClaimedJob(*row) for row in rows), key=lambda job: job.id)


def suspects_among(ids: Sequence[int]) -> list[int]:
    return list(
        db.session.scalars(
            text("""
                SELECT id FROM offer_jobs WHERE id = ANY(CAST(:ids AS bigint[]))
                    AND suspect AND state IN ('queued', 'retry_due')
                ORDER BY id
            """),
            {"ids": list(ids)},
        )
    )
