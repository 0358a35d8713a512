"""Starting, cancelling and deciding about runs. Services flush; their callers commit."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from webapp import queues
from webapp.extensions import db
from webapp.fetching import Fetching
from webapp.models import (
    OPEN_STATES,
    Run,
    RunState,
    Source,
    Trigger,
    User,
    Verdict,
    utc_now,
)
from webapp.services.audit import note
from webapp.services.source_alerts import close_held_alert


class RunAlreadyOpen(Exception):
    """The source is being read already; `run` is that run."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"Run {run.id} of this source is still going on.")
        self.run = run


class NothingToDecide(Exception):
    """The run doesn't wait for a decision (any more)."""


def start_run(
    source: Source, *, trigger: Trigger, user: User | None = None, file_path: str | None = None
) -> Run:
    """Open a run and ring for a worker; at most one run of a source is open.

    :raise RunAlreadyOpen: with the run that is.
    """
    run = Run(
        agency_id=source.agency_id,
        source_id=source.id,
        trigger=trigger,
        triggered_by=user.id if user else None,
        mapping_id=source.mapping_id,
        file_path=file_path,
        state=RunState.QUEUED,
    )
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError as error:
        if (open_run := open_run_of(source)) is None:
            raise
        raise RunAlreadyOpen(open_run) from error
    if user is not None:
        note("run_started", source, user, run=run.id, trigger=trigger, file=file_path)
    ring_for_run(run.id, at_front=trigger in (Trigger.MANUAL, Trigger.UPLOAD))
    return run


def open_run_of(source: Source) -> Run | None:
    return db.session.scalar(
        select(Run).where(Run.source_id == source.id, Run.state.in_(OPEN_STATES))
    )


def ring_for_run(run_id: int, *, at_front: bool = False) -> None:
    queues.enqueue_after_commit(
        db.session(), queues.IMPORTS, queues.IMPORT_RUN, run_id,
        job_id=f"run-{run_id}", at_front=at_front,
    )  # fmt: skip


def cancel_run(run: Run, user: User | None) -> bool:
    """Stop a run: what is applied stays, what waits is dropped, nothing is withdrawn.

    Only the run's state changes here; workers look at it before they take up a job.
    Returns False when the run was over already.
    """
    cancelled = db.session.execute(
        update(Run)
        .where(Run.id == run.id, Run.state.in_(OPEN_STATES))
        .values(
            state=RunState.CANCELLED,
            finished_at=utc_now(),
            decision="cancelled",
            decided_by=user.id if user else None,
            decided_at=utc_now(),
        )
        .returning(Run.id)
    ).scalar()
    db.session.expire(run)
    if cancelled is not None:
        note("run_cancelled", run.source, user, run=run.id)
    return cancelled is not None


def approve_removals(run: Run, user: User) -> None:
    """Let a worker withdraw exactly the offers on the run's list.

    :raise NothingToDecide: when the run isn't held.
    """
    _decide(run, user, "approved")
    note("removals_approved", run.source, user, run=run.id, offers=run.held)
    queues.enqueue_after_commit(
        db.session(), queues.DEFAULT, queues.WITHDRAW_HELD, run.id, job_id=f"withdraw-{run.id}"
    )


def discard_removals(run: Run, user: User) -> None:
    """Leave every offer on the run's list as it is.

    :raise NothingToDecide: when the run isn't held.
    """
    _decide(run, user, "discarded")
    note("removals_discarded", run.source, user, run=run.id, offers=run.held)


def may_skip_file(run: Run, source: Source) -> bool:
    """Whether the run failed over a file of changes that now holds up the newer ones."""
    if run.file_mark is None or run.decision is not None or run.is_open:
        return False
    if run.verdict != Verdict.INCOMPLETE or run.started_at is None:
        return False
    is_same_address = run.started_at >= source.located_at
    return is_same_address and not Fetching.model_validate(source.fetching).has_read(run.file_mark)


def skip_file(run: Run, user: User) -> Run | None:
    """Never read the run's file again, and go on with the one behind it; returns that run.

    :raise NothingToDecide: the file holds nothing up (any more).
    """
    source = db.session.get_one(Source, run.source_id, with_for_update=True)
    db.session.refresh(run, with_for_update=True)
    if run.file_mark is None or not may_skip_file(run, source):
        raise NothingToDecide("This run's file doesn't hold up any others.")
    source.fetching = Fetching.model_validate(source.fetching).after(run.file_mark).as_document()
    run.decision, run.decided_by, run.decided_at = "file_skipped", user.id, utc_now()
    note("file_skipped", source, user, run=run.id, file=run.file_mark)
    if source.is_paused:
        return None
    try:
        return start_run(source, trigger=Trigger.MANUAL, user=user)
    except RunAlreadyOpen as already:
        return already.run


def _decide(run: Run, user: User, decision: str) -> None:
    moment: datetime = utc_now()
    decided = db.session.execute(
        update(Run)
        .where(Run.id == run.id, Run.state == RunState.HELD, Run.drift.is_(None))
        .values(state=RunState.FINISHED, decision=decision, decided_by=user.id, decided_at=moment)
        .returning(Run.id)
    ).scalar()
    if decided is None:
        raise NothingToDecide("This run doesn't wait for a decision.")
    db.session.expire(run)
    close_held_alert(run.source, user)
