"""Taking up a run: one worker at a time, by conditional UPDATE with a fence and a lease.

A worker that comes back from the dead finds a higher fence and stops (`RunTakenOver`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from jobs.origin import Origin
from webapp.extensions import db
from webapp.models import Semantics, utc_now


class RunTakenOver(Exception):
    """The run was cancelled, or another worker has it: leave everything to them."""


@dataclass(slots=True)
class ClaimedRun:
    id: int
    source_id: int
    agency_id: int
    mapping_id: int
    fence: int
    attempt: int
    trigger: str
    file_path: str | None
    upload_id: int | None
    # Of a remap: what it is for.
    remap: dict[str, Any] | None
    accepts_drift: bool
    # Set when an earlier worker died while reading: where it had got to, and in which content.
    read: int
    announced: int
    content_sha256: str | None
    sequence: int | None
    staged_id: int
    announced_id: int
    lease_seconds: int
    # Known once the file's header has been read.
    semantics: str = Semantics.SNAPSHOT

    @property
    def origin(self) -> Origin:
        return Origin(self.source_id, run_id=self.id)


def claim_run(run_id: int, lease_seconds: int) -> ClaimedRun | None:
    """Take the run up; None when it is over, waits for its time, or is in living hands."""
    row = db.session.execute(
        text("""
            UPDATE runs SET state = 'fetching', fence = fence + 1, attempt = attempt + 1,
                started_at = coalesce(started_at, now()), due_at = NULL,
                error_code = NULL, error_message = NULL, error_hint = NULL, error_place = NULL,
                lease_until = now() + make_interval(secs => :lease)
            WHERE id = :id AND (
                (state = 'queued' AND (due_at IS NULL OR due_at <= now()))
                OR (state IN ('fetching', 'reading') AND lease_until < now())
            )
            RETURNING id, source_id, agency_id, mapping_id, fence, attempt, trigger, file_path,
                upload_id, remap, accepts_drift, read, staged AS announced, content_sha256,
                sequence, staged_id, announced_id
        """),
        {"id": run_id, "lease": lease_seconds},
    ).one_or_none()
    db.session.commit()
    return None if row is None else ClaimedRun(**row._asdict(), lease_seconds=lease_seconds)


def update_run(run: ClaimedRun, assignments: str, **values: object) -> None:
    """Write columns of a run that is still ours, and prolong the lease. Doesn't commit.

    :raise RunTakenOver: when the run isn't ours any more.
    """
    held = db.session.execute(
        text(f"""
            UPDATE runs SET lease_until = now() + make_interval(secs => :lease), {assignments}
            WHERE id = :id AND fence = :fence AND state IN ('fetching', 'reading')
            RETURNING id
        """),
        {**values, "id": run.id, "fence": run.fence, "lease": run.lease_seconds},
    ).scalar()
    if held is None:
        db.session.rollback()
        raise RunTakenOver


def add_step(
    run_id: int, name: str, started_at: datetime, *, detail: dict[str, object] | None = None
) -> None:
    """Append a finished step to the run's timeline. Doesn't commit."""
    step = {
        "name": name,
        "started_at": started_at.isoformat(),
        "finished_at": utc_now().isoformat(),
        "detail": detail or {},
    }
    db.session.execute(
        text("UPDATE runs SET steps = steps || CAST(:step AS jsonb) WHERE id = :id"),
        {"id": run_id, "step": orjson.dumps([step]).decode()},
    )
