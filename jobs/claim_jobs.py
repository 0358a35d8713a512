"""Taking up offer jobs by conditional UPDATE: whoever raises the fence first has them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text

from jobs.origin import Origin
from webapp.extensions import db

_CLAIM = text("""
    UPDATE offer_jobs AS job SET state = 'running', fence = job.fence + 1,
        attempt = job.attempt + 1, lease_until = now() + make_interval(secs => :lease)
    FROM offer_jobs AS waiting
    JOIN offer_records AS record ON record.id = waiting.id
    JOIN sources AS source ON source.id = waiting.source_id
    LEFT JOIN runs AS run ON run.id = waiting.run_id
    LEFT JOIN deliveries AS delivery ON delivery.id = waiting.delivery_id
    LEFT JOIN webhooks AS webhook ON webhook.source_id = waiting.source_id
    WHERE waiting.id = ANY(CAST(:ids AS bigint[])) AND job.id = waiting.id
        AND job.state IN ('queued', 'retry_due') AND job.suspect = :alone
        AND run.state IS DISTINCT FROM 'cancelled'
    RETURNING job.id, job.run_id, job.delivery_id, job.source_id, source.agency_id,
        source.mapping_id, source.values_version, job.external_id, job.sequence, job.version,
        job.position, job.line, job.raw_hash, job.fence, job.attempt,
        coalesce(delivery.partial, false), webhook.source_id IS NOT NULL, record.payload
""")


@dataclass(slots=True)
class ClaimedJob:
    id: int
    # It came with a run, or with a delivery.
    run_id: int | None
    delivery_id: int | None
    source_id: int
    agency_id: int
    mapping_id: int
    values_version: int
    external_id: str
    sequence: int
    version: int | None
    position: int
    line: int | None
    raw_hash: bytes
    fence: int
    attempt: int
    # Its delivery says that it holds only what changed.
    is_partial: bool
    # Of its source, so that what it is about may have been withdrawn by a newer delivery.
    has_webhook: bool
    payload: bytes
    # As the job was staged; what is left of a late partial record counts as new as its offer.
    told_sequence: int = field(init=False)
    told_version: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.told_sequence, self.told_version = self.sequence, self.version

    @property
    def origin(self) -> Origin:
        return Origin(self.source_id, self.run_id, self.delivery_id)


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
