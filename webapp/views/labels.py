"""How states read on pages: for each the kind of its mark (icon and colour) and its word."""

from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp import queues
from webapp.models import (
    Agency,
    DeliveryState,
    IssueState,
    JobState,
    Lifecycle,
    Outcome,
    ReplayState,
    RetryState,
    RevisionKind,
    Run,
    RunState,
    Severity,
    SourceStatus,
    SyncStatus,
    Trigger,
    Verdict,
    utc_now,
)
from webapp.queries.compare import Difference
from webapp.queries.sources import LastRun
from webapp.services.credentials import CredentialKind

DELIVERY_STATES = {
    DeliveryState.REFUSED: ("error", _l("Refused")),
    DeliveryState.WAITING: ("waiting", _l("Kept for later")),
    DeliveryState.ACCEPTED: ("waiting", _l("Accepted")),
    DeliveryState.FETCHING: ("running", _l("Fetching the offers")),
    DeliveryState.STAGED: ("running", _l("Applying the offers")),
    DeliveryState.DONE: ("ok", _l("Done")),
    DeliveryState.UNREADABLE: ("error", _l("Unreadable")),
}
RUN_STATES = {
    RunState.QUEUED: ("waiting", _l("Waiting")),
    RunState.FETCHING: ("running", _l("Fetching")),
    RunState.READING: ("running", _l("Reading")),
    RunState.APPLYING: ("running", _l("Applying")),
    RunState.FINISHED: ("ok", _l("Finished")),
    RunState.HELD: ("warning", _l("Held")),
    RunState.FAILED: ("error", _l("Failed")),
    RunState.CANCELLED: ("off", _l("Cancelled")),
}
VERDICTS = {
    Verdict.VALID: ("ok", _l("The feed was complete")),
    Verdict.UNCHANGED: ("ok", _l("Nothing new since the last run")),
    Verdict.INCOMPLETE: ("warning", _l("The feed was not complete")),
    Verdict.SUSPICIOUS: ("warning", _l("The feed looks wrong")),
}
TRIGGERS = {
    Trigger.SCHEDULE: _l("By schedule"),
    Trigger.MANUAL: _l("By hand"),
    Trigger.FILE: _l("From a file"),
    Trigger.UPLOAD: _l("Uploaded"),
    Trigger.REMAP: _l("Mapped again"),
}
STEPS = {
    "fetch": _l("Fetch"),
    "read": _l("Read"),
    "read_stored": _l("Read stored records"),
    "apply": _l("Apply"),
    "finish": _l("Finish"),
}
DECISIONS = {
    "approved": _l("Withdrawal approved"),
    "discarded": _l("List discarded, nothing withdrawn"),
    "superseded": _l("Settled by a newer run"),
    "cancelled": _l("Cancelled"),
    "file_skipped": _l("File skipped"),
    "read_anyway": _l("File read all the same"),
    "left": _l("File left, nothing of it used"),
}
CONTAINERS = {
    "xml": _l("XML"),
    "csv": _l("Text table (CSV)"),
    "xlsx": _l("Excel table (XLSX)"),
    "xls": _l("Old Excel table (XLS)"),
    "ods": _l("OpenDocument table (ODS)"),
    "json": _l("JSON"),
    "jsonl": _l("JSON, a line for each offer"),
    "blm": _l("Rightmove BLM"),
}
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
DIFFERENCES = {
    Difference.PRICE: _l("Price moved"),
    Difference.CHANGED: _l("Changed otherwise"),
    Difference.NEW: _l("New"),
    Difference.GONE: _l("Gone"),
    Difference.RETURNED: _l("Came back"),
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
SOURCE_STATUSES = {
    SourceStatus.SETUP: ("waiting", _l("Being set up")),
    SourceStatus.ACTIVE: ("ok", _l("Active")),
    SourceStatus.PAUSED: ("paused", _l("Paused")),
    SourceStatus.BROKEN: ("error", _l("Broken")),
}
SEVERITIES = {
    Severity.ERROR: ("error", _l("Error")),
    Severity.WARNING: ("warning", _l("Warning")),
    Severity.INFO: ("off", _l("Note")),
}
ISSUE_STATES = {
    IssueState.OPEN: ("warning", _l("Open")),
    IssueState.ESCALATING: ("error", _l("Growing")),
    IssueState.REGRESSED: ("error", _l("Is back")),
    IssueState.IGNORED: ("off", _l("Ignored")),
    IssueState.RESOLVED: ("ok", _l("Resolved")),
}
REPLAY_STATES = {
    ReplayState.OPEN: ("running", _l("Going on")),
    ReplayState.FINISHED: ("ok", _l("Finished")),
    ReplayState.CANCELLED: ("off", _l("Cancelled")),
}
RETRY_STATES = {
    RetryState.OPEN: ("running", _l("Going on")),
    RetryState.FINISHED: ("ok", _l("Finished")),
    RetryState.CANCELLED: ("off", _l("Cancelled")),
}
CREDENTIALS = {
    CredentialKind.BASIC: _l("User name and password"),
    CredentialKind.BEARER: _l("Bearer token"),
    CredentialKind.HEADER: _l("Key in a header"),
    CredentialKind.QUERY: _l("Key in the address"),
    CredentialKind.KEY: _l("User name and private key (SFTP)"),
}
QUEUES = {
    queues.IMPORTS: _l("Feeds to read"),
    queues.OFFERS_LIVE: _l("Urgent offers"),
    queues.OFFERS_BULK: _l("Offers of runs"),
    queues.DEFAULT: _l("Upkeep"),
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


def run_status(run: Run | LastRun) -> tuple[str, str]:
    """A finished run that refused or doubted something is no plain success."""
    kind, word = RUN_STATES[RunState(run.state)]
    refused = run.rejected + run.failed + run.quarantined
    if run.state == RunState.FINISHED and (refused or run.verdict in DOUBTS):
        kind = "warning"
    return kind, str(word)


def run_seconds(run: Run) -> float | None:
    """How long the run took, or has been going on."""
    if run.started_at is None:
        return None
    return ((run.finished_at or utc_now()) - run.started_at).total_seconds()


WORDS_NAMED = 3
DOUBTS = (Verdict.INCOMPLETE, Verdict.SUSPICIOUS)


def words(table: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices that a filter by one of the tables above offers."""
    return [(str(key), str(word)) for key, (_kind, word) in table.items()]


def named(agencies: list[Agency]) -> list[tuple[int, str]]:
    return [(agency.id, agency.name) for agency in agencies]


def type_word(type: str) -> str:
    """country_house → Country house; the closed set of types is translated one day by its code."""
    return type.replace("_", " ").capitalize()


def finding_words(finding: dict[str, object]) -> str:
    """Why the validity gate did not simply believe a feed."""
    numbers = {"seen": finding.get("seen"), "expected": finding.get("expected")}
    known = {
        "broken_off": _("The file broke off after %(seen)s records.", **numbers),
        "no_records": _("There was no offer in the file."),
        "memory_lost": _(
            "The database was interrupted: it remembers %(seen)s of %(expected)s records.",
            **numbers,
        ),
        "declared_count_differs": _(
            "The feed announces %(expected)s offers, but %(seen)s were in it.", **numbers
        ),
        "key_fields_missing": _(
            "Only %(seen)s of %(expected)s records had what an offer can’t live without.", **numbers
        ),
        "fewer_records_than_usual": _(
            "There were %(seen)s records; usually there are about %(expected)s.", **numbers
        ),
        "many_removals": _(
            "%(seen)s of %(expected)s live offers would disappear at once.", **numbers
        ),
    }
    code = str(finding.get("code"))
    return str(known.get(code, code))


def remap_words(remap: dict[str, Any]) -> str:
    """Which of the stored records a run maps again."""
    if "problems" in remap:
        return str(_("stored records that have the problem of an issue"))
    words = [word for listed in remap.get("values", {}).values() for word in listed]
    if not words:
        return str(_("all stored records"))
    named = ", ".join(f"“{word}”" for word in words[:WORDS_NAMED])
    if len(words) > WORDS_NAMED:
        more = len(words) - WORDS_NAMED
        return str(_("stored records with %(words)s and %(num)s more", words=named, num=more))
    return str(_("stored records with %(words)s", words=named))


def register(app: Flask) -> None:
    """Templates see every table above as `labels.…`."""
    tables = {name.lower(): value for name, value in globals().items() if name.isupper()}
    app.jinja_env.globals["labels"] = tables
    app.jinja_env.filters.update(
        run_status=run_status,
        run_seconds=run_seconds,
        type_word=type_word,
        finding_words=finding_words,
        remap_words=remap_words,
        words=words,
        named=named,
    )
