"""Asking workers to count the words that a source's records hold, for the values page."""

from datetime import datetime

from sqlalchemy import func, select

from webapp import queues
from webapp.extensions import db
from webapp.models import Run, RunState, Source, SourceStatus

CHANGED = (RunState.FINISHED, RunState.HELD)


def are_counts_old(source: Source) -> bool:
    """Whether a run has changed offers since; a source in set-up is counted by its trials."""
    if source.status == SourceStatus.SETUP:
        return False
    changed_at: datetime | None = db.session.scalar(
        select(func.max(Run.finished_at)).where(
            Run.source_id == source.id,
            Run.state.in_(CHANGED),
            Run.created + Run.updated + Run.rejected > 0,
        )
    )
    if changed_at is None:
        return False
    return source.values_counted_at is None or source.values_counted_at < changed_at


def ask_for_counts(source: Source) -> None:
    """Of the imports role: it reads every stored record, and the end of a run waits for none."""
    queues.enqueue_after_commit(
        db.session(), queues.IMPORTS, queues.COUNT_VALUES, source.id,
        job_id=f"count-values-{source.id}",
    )  # fmt: skip
