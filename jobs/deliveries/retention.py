"""Deliveries are kept for a while: refused ones shorter, and all for long enough that a repeated
message is known as such."""

from datetime import timedelta

from sqlalchemy import text

from jobs.deliveries.forget_jobs import forget_jobs
from webapp.config import Config
from webapp.extensions import db
from webapp.models import utc_now
from webapp.queries.delivery_filters import first_since

BATCH = 500
# A tick takes so many batches; the next one goes on.
MOST_BATCHES = 4

# The record last refused for an offer is what a remap reads: its delivery stays as long.
_OLD = text("""
    SELECT id FROM deliveries
    WHERE id < :bound AND finished_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM offer_jobs AS job
        JOIN rejections ON rejections.source_id = job.source_id
            AND rejections.external_id = job.external_id AND rejections.job_id = job.id
        WHERE job.delivery_id = deliveries.id
    )
    ORDER BY id LIMIT :batch
""")

# By the index of causes, so that those which are kept longer need not be walked through.
_OLD_REFUSED = text("""
    WITH RECURSIVE present AS (
        (SELECT source_id, cause FROM deliveries WHERE cause IS NOT NULL
        ORDER BY source_id, cause LIMIT 1)
        UNION ALL
        SELECT next.source_id, next.cause FROM present CROSS JOIN LATERAL (
            SELECT source_id, cause FROM deliveries
            WHERE cause IS NOT NULL AND (source_id, cause) > (present.source_id, present.cause)
            ORDER BY source_id, cause LIMIT 1
        ) AS next
    )
    SELECT old.id FROM present CROSS JOIN LATERAL (
        SELECT id FROM deliveries
        WHERE source_id = present.source_id AND cause = present.cause AND id < :bound
            AND state = 'refused'
        ORDER BY id LIMIT :batch
    ) AS old
    LIMIT :batch
""")
_FORGET = text("""
    DELETE FROM deliveries WHERE id = ANY(CAST(:ids AS bigint[])) AND finished_at IS NOT NULL
""")


def forget_old_deliveries(config: Config) -> None:
    """Commits after each batch."""
    now = utc_now()
    for statement, days in (
        (_OLD_REFUSED, config.refused_delivery_days),
        (_OLD, config.delivery_days),
    ):
        bound = first_since(now - timedelta(days=days))
        for _ in range(MOST_BATCHES):
            ids = db.session.scalars(statement, {"bound": bound, "batch": BATCH}).all()
            if ids:
                forget_jobs(ids)
                db.session.execute(_FORGET, {"ids": list(ids)})
            db.session.commit()
            if len(ids) < BATCH:
                break
