"""A file of another kind than before is held until a person says what to do with it. Services
flush; their callers commit."""

from sqlalchemy import update

from webapp.extensions import db
from webapp.models import Run, RunState, Source, Trigger, User, utc_now
from webapp.services.runs import NothingToDecide, start_run
from webapp.services.source_alerts import close_held_alert


def may_be_read(run: Run) -> bool:
    """Whether the source's mapping could read the file at all."""
    return run.drift is not None and "gone" in run.drift


def read_anyway(run: Run, user: User) -> Run:
    """Read the same file, or what the address leads to by now, whatever kind it is of.

    :raise NothingToDecide: the run doesn't wait for that (any more).
    :raise RunAlreadyOpen: the source is being read; nothing is decided then.
    """
    if not may_be_read(run):
        raise NothingToDecide("This run's file can't be read with the source's mapping.")
    source = db.session.get_one(Source, run.source_id)
    is_sent = run.file_path is not None
    started = start_run(
        source,
        trigger=Trigger(run.trigger) if is_sent else Trigger.MANUAL,
        user=user,
        file_path=run.file_path,
    )
    started.upload_id, started.accepts_drift = run.upload_id, True
    _decide(run, user, "read_anyway")
    return started


def leave_file(run: Run, user: User) -> None:
    """Use nothing of it; the source is read as before once its files are as before.

    :raise NothingToDecide: the run doesn't wait for that (any more).
    """
    _decide(run, user, "left")


def _decide(run: Run, user: User, decision: str) -> None:
    decided = db.session.execute(
        update(Run)
        .where(Run.id == run.id, Run.state == RunState.HELD, Run.drift.is_not(None))
        .values(
            state=RunState.FINISHED, decision=decision, decided_by=user.id, decided_at=utc_now()
        )
        .returning(Run.id)
    ).scalar()
    if decided is None:
        raise NothingToDecide("This run doesn't wait for a decision.")
    db.session.expire(run)
    close_held_alert(run.source, user)
