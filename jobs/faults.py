"""Faults of ours or the database's, met while a run or a trial is worked on, reach Sentry once for
each of them and kind.

A rule that crashes on every record of a large feed must not become an event for each.
"""

import logging
from collections import deque

import sentry_sdk

from jobs.claim_jobs import ClaimedJob
from jobs.claim_trials import ClaimedTrial
from jobs.claims import ClaimedRun

log = logging.getLogger(__name__)

_recent: deque[tuple[str, int, str, str]] = deque(maxlen=1000)


def report_fault(
    place: ClaimedJob | ClaimedRun | ClaimedTrial, code: str, error: BaseException
) -> None:
    """Log and report the first of its kind that this worker meets in a run or trial."""
    what = "trial" if isinstance(place, ClaimedTrial) else "run"
    id = place.run_id if isinstance(place, ClaimedJob) else place.id
    kind = (what, id, code, type(error).__name__)
    if kind in _recent:
        return
    _recent.append(kind)
    log.warning("%s in %s %d (source %d).", code, what, id, place.source_id, exc_info=error)
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("source", place.source_id)
        scope.set_tag(what, id)
        scope.set_tag("code", code)
        sentry_sdk.capture_exception(error)
