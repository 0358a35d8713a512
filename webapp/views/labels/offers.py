"""How offers and their records read on pages, and the words of their codes."""

from flask_babel import lazy_gettext as _l

from webapp.models import JobState, Lifecycle, Outcome, RevisionKind, SyncStatus

JOB_STATES = {
    JobState.QUEUED: ("waiting", _l("Waiting")),
    JobState.RUNNING: ("running", _l("Running")),
    JobState.RETRY_DUE: ("waiting", _l("Tried again soon")),
    JobState.DONE: ("ok", _l("Done")),
    JobState.REJECTED: ("error", _l("Refused")),
    JobState.FAILED: ("error", _l("Failed")),
    JobState.QUARANTINED: ("error", _l("Quarantined")),
    JobState.CANCELLED: ("off", _l("Cancelled")),
}
OUTCOMES = {
    Outcome.CREATED: _l("Created"),
    Outcome.UPDATED: _l("Updated"),
    Outcome.UNCHANGED: _l("Unchanged"),
    Outcome.SUPERSEDED: _l("A newer version was there"),
    Outcome.WITHDRAWN: _l("Withdrawn"),
}
REVISIONS = {
    RevisionKind.CREATED: _l("Created"),
    RevisionKind.UPDATED: _l("Updated"),
    RevisionKind.RETURNED: _l("Returned"),
    RevisionKind.WITHDRAWN: _l("Withdrawn"),
}
LIFECYCLES = {
    Lifecycle.LIVE: ("ok", _l("Live")),
    Lifecycle.MISSING: ("warning", _l("Missing")),
    Lifecycle.WITHDRAWN: ("off", _l("Withdrawn")),
}
SYNC_STATUSES = {
    SyncStatus.OK: ("ok", _l("In sync")),
    SyncStatus.WARNING: ("warning", _l("Warnings")),
    SyncStatus.REJECTED: ("error", _l("Refused")),
    SyncStatus.FAILED: ("error", _l("Failed")),
}
DEALS = {
    "sale": _l("Sale"),
    "rent": _l("Rent"),
    "short_rent": _l("Holiday rent"),
    "auction": _l("Auction"),
}
MEDIA_KINDS = {
    "image": _l("Picture"),
    "plan": _l("Plan"),
    "video": _l("Video"),
    "tour": _l("Tour"),
    "document": _l("Document"),
}
PERIODS = {
    "day": _l("a day"),
    "week": _l("a week"),
    "month": _l("a month"),
    "year": _l("a year"),
}


def type_word(type: str) -> str:
    """country_house → Country house; the closed set of types is translated one day by its code."""
    return type.replace("_", " ").capitalize()
