"""Schedules come due: each due source gets a run and its next time, whoever looks first."""

import logging

import sentry_sdk
from sqlalchemy import select

from jobs.source_health import slowing_pause
from webapp.extensions import db
from webapp.models import Source, SourceStatus, Trigger, utc_now
from webapp.schedules import next_times
from webapp.services.runs import RunAlreadyOpen, start_run
from webapp.services.sources import schedule_of

log = logging.getLogger(__name__)

BATCH = 100


def start_due_runs() -> int:
    """Start a run for every source whose time has come; returns how many. Commits.

    Times missed while nothing looked are caught up once: the next time is counted from now.
    SKIP LOCKED lets two of these work side by side without taking a source twice.
    """
    started = 0
    while sources := db.session.scalars(
        select(Source)
        .where(Source.status == SourceStatus.ACTIVE, Source.next_run_at <= utc_now())
        .order_by(Source.next_run_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all():
        for source in sources:
            if not _plan_next(source):
                continue
            try:
                start_run(source, trigger=Trigger.SCHEDULE)
                started += 1
            except RunAlreadyOpen as open_one:
                log.info("Source %d is still being read (run %d).", source.id, open_one.run.id)
        db.session.commit()
    return started


def _plan_next(source: Source) -> bool:
    """Set the source's next time; a schedule that makes no sense stops this source alone."""
    try:
        earliest = utc_now() + slowing_pause(source.failures)
        upcoming = next_times(schedule_of(source), after=earliest, count=1)
    except Exception as error:
        sentry_sdk.capture_exception(error)
        log.exception("The schedule of source %d makes no sense.", source.id)
        source.status = SourceStatus.BROKEN
        source.status_reason = "Its schedule can't be read any more. Set it again, then resume."
        source.next_run_at = None
        return False
    source.next_run_at = upcoming[0] if upcoming else None
    return True
