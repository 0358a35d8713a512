"""What people can be told about: the kinds of alerts, and which of them cannot wait for morning."""

from enum import StrEnum


class AlertKind(StrEnum):
    RUN_FAILED = "run_failed"
    RUN_HELD = "run_held"
    NO_SUCCESS_FOR = "no_success_for"
    REJECTED_SHARE = "rejected_share"
    OFFER_COUNT_MOVED = "offer_count_moved"
    ISSUE_NEW = "issue_new"
    ISSUE_REGRESSED = "issue_regressed"
    SOURCE_BROKEN = "source_broken"
    DELIVERY_FAILURES = "delivery_failures"
    WORKER_SILENT = "worker_silent"
    TICK_SILENT = "tick_silent"


# Each rule has its own bound for these, so each has its own alert.
BOUNDED = frozenset(
    {AlertKind.NO_SUCCESS_FOR, AlertKind.REJECTED_SHARE, AlertKind.OFFER_COUNT_MOVED}
)
# About Offerdock itself, not about an agency's source.
MACHINERY = frozenset({AlertKind.WORKER_SILENT, AlertKind.TICK_SILENT})
# Told at once also in quiet hours, where a rule wants it so.
CRITICAL = MACHINERY | {AlertKind.SOURCE_BROKEN, AlertKind.DELIVERY_FAILURES}
