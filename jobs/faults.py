"""Faults that hit single offers (ours, or the database's) reach Sentry once a run and kind.

A rule that crashes on every record of a large feed must not become an event for each.
"""

import logging
from collections import deque

import sentry_sdk

from jobs.claim_jobs import ClaimedJob

log = logging.getLogger(__name__)

_recent: deque[tuple[int, str, str]] = deque(maxlen=1000)


def report_fault(job: ClaimedJob, code: str, error: BaseException) -> None:
    """Log and report the first of its kind that this worker meets in a run."""
    kind = (job.run_id, code, type(error).__name__)
    if kind in _recent:
        return
    _recent.append(kind)
    log.warning("Offer job %d failed (%s).", job.id, code, exc_info=error)
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("source", job.source_id)
        scope.set_tag("run", job.run_id)
        scope.set_tag("code", code)
        sentry_sdk.capture_exception(error)
