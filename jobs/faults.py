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
from jobs.deliveries.taken import TakenDelivery

Place = ClaimedJob | ClaimedRun | ClaimedTrial | TakenDelivery

log = logging.getLogger(__name__)

_recent: deque[tuple[str, int, str, str]] = deque(maxlen=1000)


def report_fault(place: Place, code: str, error: BaseException) -> None:
    """Log and report the first of its kind that this worker meets in a run or trial."""
    what, id = _named(place)
    kind = (what, id, code, type(error).__name__)
    if kind in _recent:
        return
    _recent.append(kind)
    ids = {"source": place.source_id, what: id, "code": code}
    log.warning("A fault of ours was met.", exc_info=error, extra=ids)
    with sentry_sdk.new_scope() as scope:
        for name, value in ids.items():
            scope.set_tag(name, value)
        sentry_sdk.capture_exception(error)


def _named(place: Place) -> tuple[str, int]:
    if isinstance(place, ClaimedTrial):
        return "trial", place.id
    if isinstance(place, ClaimedRun):
        return "run", place.id
    if isinstance(place, TakenDelivery):
        return "delivery", place.id
    if place.run_id is not None:
        return "run", place.run_id
    assert place.delivery_id is not None
    return "delivery", place.delivery_id
