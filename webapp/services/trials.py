"""Asking workers to try something: to look at a feed, or to count what a run would do. Services
flush; their callers commit."""

from sqlalchemy import ColumnElement, select, update

from webapp import queues
from webapp.extensions import db
from webapp.models import Source, Trial, TrialKind, TrialState, Upload, User, utc_now
from webapp.offers.mapping_document import MappingDocument, as_data

OPEN = (TrialState.QUEUED, TrialState.RUNNING)


def start_trial(
    source: Source,
    kind: TrialKind,
    user: User | None,
    *,
    document: MappingDocument | None = None,
    upload: Upload | None = None,
) -> Trial:
    """`document` is the mapping to try instead of the source's own. Whatever is being tried with
    the source already is cancelled: nobody waits for two answers."""
    _cancel(Trial.source_id == source.id)
    trial = Trial(
        agency_id=source.agency_id,
        source_id=source.id,
        kind=kind,
        requested_by=user.id if user else None,
        document=as_data(document) if document else None,
        upload_id=upload.id if upload else None,
    )
    db.session.add(trial)
    db.session.flush()
    ring_for_trial(trial.id)
    return trial


def cancel_trial(trial: Trial) -> bool:
    """Returns False when it was over already."""
    cancelled = _cancel(Trial.id == trial.id)
    db.session.expire(trial)
    return cancelled


def latest_trial(source: Source, *kinds: TrialKind) -> Trial | None:
    return db.session.scalar(
        select(Trial)
        .where(Trial.source_id == source.id, Trial.kind.in_(kinds))
        .order_by(Trial.id.desc())
        .limit(1)
    )


def ring_for_trial(trial_id: int) -> None:
    queues.enqueue_after_commit(
        db.session(), queues.IMPORTS, queues.WORK_TRIAL, trial_id,
        job_id=f"trial-{trial_id}", at_front=True,
    )  # fmt: skip


def _cancel(which: ColumnElement[bool]) -> bool:
    cancelled = db.session.scalars(
        update(Trial)
        .where(which, Trial.state.in_(OPEN))
        .values(state=TrialState.CANCELLED, finished_at=utc_now())
        .returning(Trial.id)
    )
    return bool(cancelled.all())
