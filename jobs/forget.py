"""What a finished run makes pointless: problems and refusals of records that are no more, and the
ids it read."""

from sqlalchemy import text

from webapp.extensions import db
from webapp.models import Run


def forget_vanished(run: Run) -> None:
    """Refusals and problems of records that are in the feed no more and have no offer in force."""
    for table in ("rejections", "problems"):
        db.session.execute(
            text(f"""
                DELETE FROM {table} AS old
                WHERE old.source_id = :source_id AND old.job_id IS NOT NULL
                    AND NOT EXISTS (
                        SELECT FROM offer_jobs
                        WHERE offer_jobs.id = old.job_id AND offer_jobs.sequence > :sequence
                    )
                    AND NOT EXISTS (
                        SELECT FROM run_seen WHERE run_seen.run_id = :run_id
                            AND run_seen.external_id = old.external_id
                    )
                    AND NOT EXISTS (
                        SELECT FROM offers WHERE offers.source_id = :source_id
                            AND offers.external_id = old.external_id
                            AND offers.lifecycle <> 'withdrawn'
                    )
            """),
            {"run_id": run.id, "source_id": run.source_id, "sequence": run.sequence},
        )


def forget_reading_problems(run: Run) -> None:
    """Problems that earlier readings found before there was a job."""
    db.session.execute(
        text("""
            DELETE FROM problems
            WHERE source_id = :source_id AND job_id IS NULL AND run_id <> :run_id
        """),
        {"source_id": run.source_id, "run_id": run.id},
    )


def forget_seen(run: Run) -> None:
    """Needed for the absence only. In a transaction of its own, being long; commits."""
    db.session.execute(text("DELETE FROM run_seen WHERE run_id = :id"), {"id": run.id})
    db.session.commit()
