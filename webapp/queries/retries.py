"""Which unsuccessful offer jobs are meant, how many, and what became of those of a retry."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from webapp.extensions import db
from webapp.models import (
    RETRYABLE_STATES,
    UNSETTLED_STATES,
    Agency,
    Delivery,
    Issue,
    JobState,
    Offer,
    OfferJob,
    OfferProblem,
    Retry,
    RetryJob,
    Run,
    RunState,
    SyncStatus,
)
from webapp.queries.counting import Capped, capped_count
from webapp.queries.offers import OfferFilters, matching

MOST_JOBS = 100_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Offer jobs of one agency that ended without success before a person was asked."""

    agency_id: int
    source_id: int | None
    # How they were chosen, as the audit log and the page of the retry say it.
    filters: dict[str, str]
    asked_at: datetime
    ids: Select[int]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of the jobs of a retry, as they stand now."""

    applied: int
    rejected: int
    failed: int
    on_their_way: int
    left_alone: int


def of_run(run: Run, asked_at: datetime) -> Chosen:
    ids = _retryable(asked_at).where(OfferJob.run_id == run.id, OfferJob.error_code.is_not(None))
    return Chosen(run.agency_id, run.source_id, {"run": str(run.id)}, asked_at, ids)


def of_delivery(delivery: Delivery, asked_at: datetime) -> Chosen:
    ids = _retryable(asked_at).where(OfferJob.delivery_id == delivery.id)
    filters = {"delivery": str(delivery.id)}
    return Chosen(delivery.agency_id, delivery.source_id, filters, asked_at, ids)


def of_issue(issue: Issue, asked_at: datetime) -> Chosen:
    """Those that failed for another reason than their content."""
    having_it = select(OfferProblem.job_id).where(
        OfferProblem.source_id == issue.source_id,
        OfferProblem.code == issue.code,
        OfferProblem.field == issue.field,
    )
    ids = _retryable(asked_at).where(
        OfferJob.id.in_(having_it), OfferJob.state != JobState.REJECTED
    )
    source = issue.source
    return Chosen(source.agency_id, source.id, {"issue": str(issue.id)}, asked_at, ids)


def of_offers(agency: Agency, filters: OfferFilters, asked_at: datetime) -> Chosen:
    """Of each offer that matches the latest job; none of an offer that is in order."""
    latest = (
        select(OfferJob.id)
        .where(OfferJob.source_id == Offer.source_id, OfferJob.external_id == Offer.external_id)
        .order_by(OfferJob.id.desc())
        .limit(1)
        .correlate(Offer)
        .scalar_subquery()
    )
    of_matching = matching(select(latest), filters).where(
        Offer.agency_id == agency.id, Offer.sync_status != SyncStatus.OK
    )
    ids = _retryable(asked_at).where(OfferJob.id.in_(of_matching))
    return Chosen(agency.id, filters.source_id, filters.as_arguments(), asked_at, ids)


def retryable_count(chosen: Chosen) -> Capped:
    return capped_count(chosen.ids, MOST_JOBS)


def outcomes(retry: Retry) -> Outcomes:
    state = OfferJob.state
    row = db.session.execute(
        select(
            func.count().filter(state == JobState.DONE),
            func.count().filter(state == JobState.REJECTED),
            func.count().filter(state.in_([JobState.FAILED, JobState.QUARANTINED])),
            func.count().filter(state.in_(UNSETTLED_STATES)),
        )
        .select_from(RetryJob)
        .join(OfferJob, OfferJob.id == RetryJob.job_id)
        .where(RetryJob.retry_id == retry.id, RetryJob.sent.is_(True))
    ).one()
    applied, rejected, failed, on_their_way = row
    # With those that were dropped or forgotten since they were sent.
    others = retry.sent + retry.left_alone - (applied + rejected + failed + on_their_way)
    return Outcomes(applied, rejected, failed, on_their_way, others)


def _retryable(asked_at: datetime) -> Select[int]:
    """Nothing of a cancelled run: no worker takes its jobs up."""
    return (
        select(OfferJob.id)
        .outerjoin(Run, Run.id == OfferJob.run_id)
        .where(
            OfferJob.state.in_(RETRYABLE_STATES),
            OfferJob.settled_at <= asked_at,
            Run.state.is_distinct_from(RunState.CANCELLED),
        )
    )
