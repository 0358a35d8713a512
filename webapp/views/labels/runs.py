"""How runs read on pages, and what they found."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.models import Run, RunState, Trigger, Verdict, utc_now
from webapp.queries.compare import Difference
from webapp.queries.sources import LastRun

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
DIFFERENCES = {
    Difference.PRICE: _l("Price moved"),
    Difference.CHANGED: _l("Changed otherwise"),
    Difference.NEW: _l("New"),
    Difference.GONE: _l("Gone"),
    Difference.RETURNED: _l("Came back"),
}
WORDS_NAMED = 3
DOUBTS = (Verdict.INCOMPLETE, Verdict.SUSPICIOUS)


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
