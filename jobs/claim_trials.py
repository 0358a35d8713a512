"""Taking up a trial: one worker, once. A trial that a person cancels, or whose lease runs out, is
over; whoever still works on it notices at the next word it wants to write."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import text

from jobs.errors import PipelineError
from jobs.json_rows import storable
from webapp.extensions import db
from webapp.models import TrialState


class TrialStopped(Exception):
    """The trial was cancelled, or counts as interrupted: nobody waits for its result any more."""


@dataclass(frozen=True, slots=True)
class ClaimedTrial:
    id: int
    source_id: int
    agency_id: int
    kind: str
    document: dict[str, Any] | None
    upload_id: int | None
    lease_seconds: int


def claim_trial(trial_id: int, lease_seconds: int) -> ClaimedTrial | None:
    """Take the trial up; None when it is over or in other hands. Commits."""
    row = db.session.execute(
        text("""
            UPDATE trials SET state = 'running', started_at = now(),
                lease_until = now() + make_interval(secs => :lease)
            WHERE id = :id AND state = 'queued'
            RETURNING id, source_id, agency_id, kind, document, upload_id
        """),
        {"id": trial_id, "lease": lease_seconds},
    ).one_or_none()
    db.session.commit()
    return None if row is None else ClaimedTrial(**row._asdict(), lease_seconds=lease_seconds)


def show_progress(trial: ClaimedTrial, *, bytes: int, bytes_read: int, read: int) -> None:
    """Commits.

    :raise TrialStopped: when the trial isn't ours any more.
    """
    _update(
        trial,
        "lease_until = now() + make_interval(secs => :lease), "
        "bytes = :bytes, bytes_read = :bytes_read, read = :read",
        lease=trial.lease_seconds,
        bytes=bytes,
        bytes_read=bytes_read,
        read=read,
    )


def end_trial(trial: ClaimedTrial, result: dict[str, Any]) -> None:
    """Commits what else was written with it.

    :raise TrialStopped: when the trial isn't ours any more; nothing is written then.
    """
    _end(trial, TrialState.DONE, result, "")


def fail_trial(trial: ClaimedTrial, error: PipelineError, result: dict[str, Any] | None) -> None:
    """`result`: what is known all the same. Commits.

    :raise TrialStopped: when the trial isn't ours any more.
    """
    db.session.rollback()
    _end(
        trial,
        TrialState.FAILED,
        result,
        ", error_code = :code, error_message = :message, error_hint = :hint, error_place = :place",
        code=error.code,
        message=error.message,
        hint=error.hint,
        place=error.place,
    )


def _end(
    trial: ClaimedTrial,
    state: TrialState,
    result: dict[str, Any] | None,
    assignments: str,
    **values: object,
) -> None:
    _update(
        trial,
        "state = :state, result = CAST(:result AS jsonb), lease_until = NULL, finished_at = now()"
        + assignments,
        state=state,
        result=None if result is None else orjson.dumps(storable(result)).decode(),
        **values,
    )


def _update(trial: ClaimedTrial, assignments: str, **values: object) -> None:
    held = db.session.execute(
        text(f"UPDATE trials SET {assignments} WHERE id = :id AND state = 'running' RETURNING id"),
        {**values, "id": trial.id},
    ).scalar()
    if held is None:
        db.session.rollback()
        raise TrialStopped
    db.session.commit()
