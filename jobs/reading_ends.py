"""How reading a feed ends: handed over to the offers workers, unchanged, tried again, or failed.

Each end is written by the worker that still holds the run, and by no other.
"""

from typing import Any

import orjson
from sqlalchemy import text

from jobs.claims import ClaimedRun, update_run
from jobs.errors import PermanentError, PipelineError, TransientError
from jobs.fetch.request import Fetched
from jobs.notify.run_alerts import tell_of_end
from jobs.retry import retry_pause
from webapp import queues
from webapp.extensions import db
from webapp.models import RunState, Verdict

# In a row, without a record read in between.
MOST_ATTEMPTS = 5


def hand_over(run: ClaimedRun) -> None:
    """Leave the run to the offers workers; with nothing to apply it is ready for its finish."""
    update_run(run, "state = :state", state=RunState.APPLYING)
    complete = db.session.execute(
        text("UPDATE runs SET lease_until = NULL WHERE id = :id RETURNING settled >= staged"),
        {"id": run.id},
    ).scalar_one()
    if complete:
        queues.enqueue_after_commit(
            db.session(), queues.DEFAULT, queues.FINISH_RUN, run.id, job_id=f"finish-{run.id}"
        )
    db.session.commit()


def end_unchanged(run: ClaimedRun, fetched: Fetched) -> None:
    """Nothing was parsed: every record counts as the last reading of these bytes found it."""
    update_run(
        run,
        "state = :state, verdict = :verdict, finished_at = now(), http_status = :status, "
        "bytes = :bytes, content_sha256 = :sha256, (read, unchanged, rejected) = ("
        "    SELECT coalesce(max(last.read), 0), coalesce(max(last.read - last.rejected), 0),"
        "        coalesce(max(last.rejected), 0)"
        "    FROM (SELECT read, rejected FROM runs AS earlier"
        "        WHERE earlier.source_id = :source_id AND earlier.id < :id"
        "            AND earlier.content_sha256 = :sha256"
        "            AND earlier.verdict IN ('valid', 'suspicious')"
        "        ORDER BY earlier.id DESC LIMIT 1) AS last)",
        state=RunState.FINISHED,
        verdict=Verdict.UNCHANGED,
        status=fetched.http_status,
        bytes=fetched.bytes,
        sha256=fetched.sha256,
        source_id=run.source_id,
    )
    db.session.execute(
        text("UPDATE sources SET last_read_at = now() WHERE id = :id"), {"id": run.source_id}
    )
    tell_of_end(run.id)
    db.session.commit()


def try_again_or_fail(run: ClaimedRun, error: TransientError) -> None:
    if run.attempt >= MOST_ATTEMPTS or run.file_path is not None:
        end_with_error(run, error)
        return
    db.session.rollback()
    note_error(run, error)
    update_run(
        run,
        "state = 'queued', due_at = now() + make_interval(secs => :pause)",
        pause=retry_pause(run.attempt),
    )
    db.session.commit()


def end_with_error(run: ClaimedRun, error: PipelineError) -> None:
    """The run fails; what it had staged already is applied, and the run finishes as incomplete."""
    db.session.rollback()
    note_error(run, error)
    if run.read:
        hand_over(run)
        return
    update_run(
        run,
        "state = :state, verdict = :verdict, finished_at = now()",
        state=RunState.FAILED,
        verdict=Verdict.INCOMPLETE,
    )
    tell_of_end(run.id)
    db.session.commit()


def end_drifted(run: ClaimedRun, difference: dict[str, Any]) -> None:
    """Nothing of the file is used until a person says so; only once for the very same file."""
    db.session.rollback()
    note_error(run, of_another_kind())
    _supersede_drifts(run)
    update_run(
        run,
        "state = CASE WHEN EXISTS ("
        "    SELECT FROM runs AS earlier WHERE earlier.source_id = :source_id"
        "        AND earlier.decision = 'left' AND earlier.content_sha256 = runs.content_sha256"
        ") THEN 'failed' ELSE 'held' END, "
        "drift = CAST(:drift AS jsonb), verdict = :verdict, finished_at = now()",
        source_id=run.source_id,
        drift=orjson.dumps(difference).decode(),
        verdict=Verdict.INCOMPLETE,
    )
    tell_of_end(run.id)
    db.session.commit()


def _supersede_drifts(run: ClaimedRun) -> None:
    """The newest file is the one to decide about. Doesn't commit."""
    db.session.execute(
        text("""
            UPDATE runs SET state = 'finished', decision = 'superseded', decided_at = now()
            WHERE source_id = :source_id AND id < :id AND state = 'held' AND drift IS NOT NULL
        """),
        {"source_id": run.source_id, "id": run.id},
    )


def of_another_kind() -> PermanentError:
    return PermanentError(
        "feed_drifted",
        "This file is of another kind than before. None of it was used, and nothing was withdrawn.",
        "Look at what differs. Ask the vendor whether the export was changed; if it was, look at "
        "the feed again and adapt the mapping, or have the file read as it is.",
    )


def note_error(run: ClaimedRun, error: PipelineError) -> None:
    """Doesn't commit."""
    update_run(
        run,
        "error_code = :code, error_message = :message, error_hint = :hint, error_place = :place",
        code=error.code,
        message=error.message,
        hint=error.hint,
        place=error.place,
    )


def worker_died(run: ClaimedRun) -> PermanentError:
    return PermanentError(
        "worker_died",
        f"The worker that reads this feed ended without a word, {MOST_ATTEMPTS} times in a row.",
        "Ask whoever runs Offerdock to look at the worker's log and memory, then start the source "
        "again. Nothing was withdrawn.",
        place=f"behind record {run.read}",
    )


def own_fault(run: ClaimedRun, error: Exception) -> TransientError:
    """For what should never happen; the details are in the log and in Sentry."""
    return TransientError(
        "reading_failed",
        "Reading the feed failed because of a fault in Offerdock.",
        "It is tried again by itself; if it goes on, tell whoever runs Offerdock: "
        f"{type(error).__name__}. Nothing was withdrawn.",
        place=f"behind record {run.read}",
    )
