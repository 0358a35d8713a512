"""The offer jobs of deliveries that are worked anew or kept no longer, into oblivion; what an offer
was made of stays."""

from collections.abc import Sequence

from sqlalchemy import text

from webapp.extensions import db

_RECORDS = text("""
    DELETE FROM offer_records USING offer_jobs AS job
    WHERE job.delivery_id = ANY(CAST(:ids AS bigint[])) AND offer_records.id = job.id
        AND NOT EXISTS (
            SELECT FROM offers WHERE offers.source_id = job.source_id
                AND offers.external_id = job.external_id AND offers.job_id = job.id
        )
""")
_JOBS = text("DELETE FROM offer_jobs WHERE delivery_id = ANY(CAST(:ids AS bigint[]))")


def forget_jobs(delivery_ids: Sequence[int]) -> None:
    """Of settled deliveries. Doesn't commit."""
    db.session.execute(_RECORDS, {"ids": list(delivery_ids)})
    db.session.execute(_JOBS, {"ids": list(delivery_ids)})
