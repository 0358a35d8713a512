"""Sending unsuccessful offer jobs again, on a person's word; nothing else is touched. One is sent
at once; of many it is settled which ones, and a worker sends them by and by."""

from collections.abc import Sequence

from sqlalchemy import func, insert, literal, select, text, update

from webapp import queues
from webapp.extensions import db
from webapp.models import Agency, OfferJob, Retry, RetryJob, RetryState, Source, User
from webapp.queries.retries import MOST_JOBS, Chosen
from webapp.services.audit import note, note_for_agency

# A job goes back to the queue and out of its run's counters, in one statement.
_SEND_AGAIN = text("""
    WITH chosen AS (
        SELECT job.id, job.run_id, job.delivery_id, job.state AS was
        FROM offer_jobs AS job LEFT JOIN runs ON runs.id = job.run_id
        WHERE job.id = ANY(:ids) AND job.state IN ('rejected', 'failed', 'quarantined')
            AND runs.state IS DISTINCT FROM 'cancelled'
        FOR UPDATE OF job
    ), sent AS (
        UPDATE offer_jobs SET state = 'queued', attempt = 0, suspect = false, deaths = 0,
            due_at = NULL, error_code = NULL, error_message = NULL, settled_at = NULL
        FROM chosen WHERE offer_jobs.id = chosen.id
        RETURNING offer_jobs.id, chosen.run_id, chosen.delivery_id, chosen.was
    ), counted AS (
        SELECT run_id, delivery_id, count(*) AS all_of_them,
            count(*) FILTER (WHERE was = 'rejected') AS rejected,
            count(*) FILTER (WHERE was = 'failed') AS failed,
            count(*) FILTER (WHERE was = 'quarantined') AS quarantined
        FROM sent GROUP BY run_id, delivery_id
    ), of_runs AS (
        UPDATE runs SET settled = runs.settled - n.all_of_them,
            rejected = runs.rejected - n.rejected, failed = runs.failed - n.failed,
            quarantined = runs.quarantined - n.quarantined
        FROM counted AS n WHERE runs.id = n.run_id
    ), of_deliveries AS (
        UPDATE deliveries SET settled = deliveries.settled - n.all_of_them,
            rejected = deliveries.rejected - n.rejected, failed = deliveries.failed - n.failed,
            quarantined = deliveries.quarantined - n.quarantined,
            state = CASE WHEN deliveries.state = 'fetching' THEN deliveries.state
                ELSE 'staged' END,
            finished_at = NULL,
            cause = CASE WHEN deliveries.rejected + deliveries.failed + deliveries.quarantined
                > n.rejected + n.failed + n.quarantined THEN deliveries.cause END
        FROM counted AS n WHERE deliveries.id = n.delivery_id
    )
    SELECT id FROM sent ORDER BY id
""")


class RetryAlreadyOpen(Exception):
    """Offers of the agency are being sent again; `retry` is that one."""

    def __init__(self, retry: Retry) -> None:
        super().__init__(f"Retry {retry.id} of this agency is still going on.")
        self.retry = retry


class NothingToRetry(Exception):
    """None of the jobs is without success (any more)."""


def start_retry(chosen: Chosen, user: User | None) -> Retry:
    """Of those that are chosen, `MOST_JOBS` at most; a worker sends them by and by.

    :raise RetryAlreadyOpen: with the one that is
    :raise NothingToRetry:
    """
    _lock_agency(chosen.agency_id)
    if (open_one := open_retry_of(chosen.agency_id)) is not None:
        raise RetryAlreadyOpen(open_one)
    retry = Retry(
        agency_id=chosen.agency_id,
        source_id=chosen.source_id,
        asked_by=user.id if user else None,
        filters=chosen.filters,
    )
    db.session.add(retry)
    db.session.flush()
    retry.wanted = _freeze(chosen, retry)
    if not retry.wanted:
        raise NothingToRetry
    detail = {"retry": retry.id, "offers": retry.wanted, "filters": chosen.filters}
    note_for_agency("offers_retried", retry.agency_id, retry.source, user, **detail)
    ring_for_retry(retry.id)
    return retry


def open_retry_of(agency_id: int) -> Retry | None:
    return db.session.scalar(
        select(Retry).where(Retry.agency_id == agency_id, Retry.state == RetryState.OPEN)
    )


def cancel_retry(retry: Retry, user: User) -> bool:
    """What is sent stays so; False when all of it was, or it was cancelled before."""
    cancelled = db.session.scalar(
        update(Retry)
        .where(Retry.id == retry.id, Retry.state == RetryState.OPEN)
        .values(state=RetryState.CANCELLED, finished_at=func.now())
        .returning(Retry.id)
    )
    if cancelled is not None:
        detail = {"retry": retry.id}
        note_for_agency("retry_cancelled", retry.agency_id, retry.source, user, **detail)
    return cancelled is not None


def ring_for_retry(retry_id: int) -> None:
    queues.enqueue_after_commit(
        db.session(), queues.DEFAULT, queues.SEND_RETRY, retry_id, job_id=f"retry-{retry_id}"
    )


def retry_job(job: OfferJob, user: User | None = None) -> bool:
    """Send one unsuccessful job again; False when it isn't (any more)."""
    is_sent = bool(send_again([job.id]))
    if is_sent:
        source = db.session.get_one(Source, job.source_id)
        note(
            "offers_retried",
            source,
            user,
            run=job.run_id,
            delivery=job.delivery_id,
            offers=1,
            external_id=job.external_id,
        )
    return is_sent


def send_again(ids: Sequence[int]) -> Sequence[int]:
    """Those of the jobs that are without success; the others are left alone."""
    sent = db.session.scalars(_SEND_AGAIN, {"ids": list(ids)}).all()
    queues.enqueue_offer_jobs_after_commit(db.session(), queues.OFFERS_LIVE, sent)
    db.session.expire_all()
    return sent


def _lock_agency(agency_id: int) -> None:
    """Until the transaction's end no other retry of the agency begins; who only refers to the
    agency waits for nobody."""
    db.session.execute(
        select(Agency.id).where(Agency.id == agency_id).with_for_update(key_share=True)
    )


def _freeze(chosen: Chosen, retry: Retry) -> int:
    ids = chosen.ids.order_by(OfferJob.id).limit(MOST_JOBS).subquery()
    frozen = (
        insert(RetryJob)
        .from_select(["retry_id", "job_id"], select(literal(retry.id), ids.c.id))
        .returning(RetryJob.job_id)
        .cte("frozen")
    )
    return db.session.scalar(select(func.count()).select_from(frozen)) or 0
