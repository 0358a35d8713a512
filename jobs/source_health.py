"""The circuit breaker of a feed: a source whose runs keep failing is read less and less often, and
in the end not at all, until a person resumes it or a run that somebody starts succeeds."""

from datetime import timedelta

from webapp.alert_kinds import AlertKind
from webapp.extensions import db
from webapp.models import Run, Source, SourceStatus, Trigger
from webapp.schedules import ScheduleError
from webapp.services.alerts import About, Words, close_alert, open_alert
from webapp.services.sources import next_time, schedule_of

# Failures in a row before a source is slowed, and before it is given up.
SLOWED_AFTER = 3
BROKEN_AFTER = 8
FIRST_PAUSE = timedelta(minutes=30)
LONGEST_PAUSE = timedelta(days=1)


def slowing_pause(failures: int) -> timedelta:
    """What is added to the time until the next run; doubles with each further failure."""
    if failures < SLOWED_AFTER:
        return timedelta(0)
    doublings = min(failures - SLOWED_AFTER, 10)
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << doublings))


def note_failure(source: Source, run: Run) -> None:
    """Doesn't commit. What a person starts by hand is watched by that person."""
    if run.trigger != Trigger.SCHEDULE:
        return
    source.failures += 1
    # An address that never gave a feed was typed wrong: whoever sets it up sees that.
    is_new = source.last_read_at is None
    if source.failures < BROKEN_AFTER or is_new or source.status != SourceStatus.ACTIVE:
        return
    source.status = SourceStatus.BROKEN
    source.next_run_at = None
    source.status_reason = (
        f"Its last {source.failures} runs failed, the last one with: {run.error_message} "
        "Put that right, then resume it or start a run."
    )
    db.session.flush()
    open_alert(
        AlertKind.SOURCE_BROKEN,
        About(source.agency_id, source.id),
        Words(
            f"{source.name} is not read any more",
            source.status_reason,
            f"/sources/{source.id}",
        ),
    )


def note_success(source: Source) -> None:
    """Doesn't commit."""
    given_up = source.status == SourceStatus.BROKEN and source.failures >= BROKEN_AFTER
    source.failures = 0
    if not given_up:
        return
    try:
        source.next_run_at = next_time(schedule_of(source))
    except ScheduleError:
        return
    source.status = SourceStatus.ACTIVE
    source.status_reason = ""
    db.session.flush()
    close_alert(
        AlertKind.SOURCE_BROKEN,
        About(source.agency_id, source.id),
        "A run succeeded: it is read again by its schedule.",
    )
