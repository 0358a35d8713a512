"""Faults of ours or the database's, met while a run or a trial is worked on, are counted for admins
and reach Sentry once for each of them and kind.

A rule that crashes on every record of a large feed must not become an event for each.
"""

import logging
from collections import deque

import sentry_sdk

from jobs.claim_jobs import ClaimedJob
from jobs.claim_trials import ClaimedTrial
from jobs.claims import ClaimedRun
from jobs.deliveries.taken import TakenDelivery
from jobs.fault_rows import count_fault

Place = ClaimedJob | ClaimedRun | ClaimedTrial | TakenDelivery

log = logging.getLogger(__name__)

_recent: deque[tuple[str, int, str, str]] = deque(maxlen=1000)


def report_fault(place: Place, code: str, error: BaseException) -> None:
    """Count it; log and report the first of its kind that this worker meets in a run or trial."""
    what, id = _named(place)
    kind = (what, id, code, type(error).__name__)
    event_id = None
    if kind not in _recent:
        _recent.append(kind)
        event_id = _told({"source": place.source_id, what: id, "code": code}, error)
    count_fault(place.source_id, code, error, event_id)


def _told(ids: dict[str, int | str], error: BaseException) -> str | None:
    """What Sentry calls it; None where it isn't asked."""
    log.warning("A fault of ours was met.", exc_info=error, extra=ids)
    with sentry_sdk.new_scope() as scope:
        for name, value in ids.items():
            scope.set_tag(name, value)
        return sentry_sdk.capture_exception(error)


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
