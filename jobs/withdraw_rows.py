"""Offers that their vendor's own record has withdrawn."""

from collections.abc import Sequence

from sqlalchemy import text

from jobs.claim_jobs import ClaimedJob
from jobs.json_rows import json_rows
from jobs.partial_records import Key
from webapp.extensions import db

# The offer keeps the record it was made of: what the withdrawing one lacks is still true of it.
_WITHDRAW = text("""
    UPDATE offers SET lifecycle = 'withdrawn', sequence = gone.sequence, last_seen_at = now(),
        missing_since = coalesce(missing_since, now()),
        withdrawn_at = coalesce(withdrawn_at, now()),
        changed_at = CASE WHEN lifecycle = 'withdrawn' THEN changed_at ELSE now() END
    FROM json_to_recordset(CAST(:rows AS json))
        AS gone (source_id bigint, external_id text, sequence bigint)
    WHERE offers.source_id = gone.source_id AND offers.external_id = gone.external_id
        AND offers.sequence <= gone.sequence
    RETURNING offers.id, offers.source_id, offers.external_id
""")


def withdraw_offers(jobs: Sequence[ClaimedJob]) -> dict[Key, int]:
    """Withdraw those that there are; returns their ids. Doesn't commit."""
    rows = [
        {"source_id": job.source_id, "external_id": job.external_id, "sequence": job.sequence}
        for job in jobs
    ]
    found = db.session.execute(_WITHDRAW, {"rows": json_rows(rows)})
    return {(source_id, external_id): id for id, source_id, external_id in found}
