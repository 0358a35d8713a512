"""Sending unsuccessful offer jobs again, on a person's word; nothing else is touched."""

from sqlalchemy import ColumnElement, func, literal, select, text

from webapp import queues
from webapp.extensions import db
from webapp.models import RETRYABLE_STATES, OfferJob, Run, RunState, Source, User
from webapp.services.audit import note

# A job goes back to the queue and out of its run's counters, in one statement.
_SEND_AGAIN = text("""
    WITH chosen AS (
        SELECT job.id, job.run_id, job.state AS was
        FROM offer_jobs AS job JOIN runs ON runs.id = job.run_id
        WHERE job.id = ANY(:ids) AND job.state IN ('rejected', 'failed', 'quarantined')
            AND runs.state <> 'cancelled'
        FOR UPDATE OF job
    ), sent AS (
        UPDATE offer_jobs SET state = 'queued', attempt = 0, suspect = false, deaths = 0,
            due_at = NULL, error_code = NULL, error_message = NULL, settled_at = NULL
        FROM chosen WHERE offer_jobs.id = chosen.id
        RETURNING offer_jobs.id, chosen.run_id, chosen.was
    ), counted AS (
        UPDATE runs SET settled = runs.settled - n.all_of_them,
            rejected = runs.rejected - n.rejected, failed = runs.failed - n.failed,
            quarantined = runs.quarantined - n.quarantined
        FROM (
            SELECT run_id, count(*) AS all_of_them,
                count(*) FILTER (WHERE was = 'rejected') AS rejected,
                count(*) FILTER (WHERE was = 'failed') AS failed,
                count(*) FILTER (WHERE was = 'quarantined') AS quarantined
            FROM sent GROUP BY run_id
        ) AS n
        WHERE runs.id = n.run_id
    )
    SELECT id FROM sent ORDER BY id
""")


def retryable_count(run: Run) -> int:
    """How many offer jobs of the run ended without success and can be sent again."""
    return db.session.scalar(select(func.count()).where(*_retryable(run))) or 0


def retry_run(run: Run, user: User | None = None) -> int:
    """Send every unsuccessful job of the run again; returns how many (0 the second time)."""
    ids = db.session.scalars(select(OfferJob.id).where(*_retryable(run))).all()
    sent = _send_again(list(ids))
    if sent:
        note("offers_retried", run.source, user, run=run.id, offers=sent)
    return sent


def retry_job(job: OfferJob, user: User | None = None) -> bool:
    """Send one unsuccessful job again; False when it isn't (any more)."""
    is_sent = _send_again([job.id]) == 1
    if is_sent:
        source = db.session.get_one(Source, job.source_id)
        note("offers_retried", source, user, run=job.run_id, offers=1, external_id=job.external_id)
    return is_sent


def _retryable(run: Run) -> tuple[ColumnElement[bool], ...]:
    """Nothing of a cancelled run: no worker takes its jobs up."""
    return (
        literal(run.state != RunState.CANCELLED),
        OfferJob.run_id == run.id,
        OfferJob.error_code.is_not(None),
        OfferJob.state.in_(RETRYABLE_STATES),
    )


def _send_again(ids: list[int]) -> int:
    sent = db.session.scalars(_SEND_AGAIN, {"ids": ids}).all()
    queues.enqueue_offer_jobs_after_commit(db.session(), queues.OFFERS_LIVE, sent)
    db.session.expire_all()
    return len(sent)
