"""What people did, in words: a sentence for each kind of entry, and before → after."""

from datetime import datetime
from typing import Any

import orjson
from flask import Flask
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.models import AuditEntry, ScheduleKind
from webapp.presets import load_preset, preset_names
from webapp.schedules import Schedule, in_words
from webapp.services.credentials import CredentialKind
from webapp.views.filters import absolute, byte_size
from webapp.views.forms.fetching import host_key_fingerprint
from webapp.views.labels.runs import TRIGGERS
from webapp.views.labels.sources import CREDENTIALS
from webapp.views.notification_words import ALERT_KINDS
from webapp.views.operation_words import operation_sentence

# What one filters by: kinds of entries that belong together.
KINDS = {
    "settings": (
        _l("Settings"),
        (
            "source_created", "source_changed", "source_activated", "source_paused",
            "source_resumed", "source_deleted", "key_accepted", "ignore_paths_changed",
            "configuration_imported", "guide_links_ended", "webhook_opened", "webhook_changed",
            "webhook_moved", "webhook_closed", "webhook_secret_added", "webhook_secret_ended",
        ),
    ),
    "runs": (
        _l("Runs"),
        ("run_started", "run_cancelled", "file_skipped", "offers_retried", "retry_cancelled"),
    ),
    "deliveries": (
        _l("Deliveries"),
        ("deliveries_replayed", "replay_cancelled", "delivery_admitted"),
    ),
    "removals": (_l("Removals"), ("removals_approved", "removals_discarded")),
    "mapping": (_l("Mapping"), ("mapping_saved", "mapping_restored", "preset_shared")),
    "values": (_l("Values"), ("value_decided",)),
    "notifications": (
        _l("Notifications"),
        (
            "channel_added", "channel_changed", "channel_deleted", "rule_added", "rule_changed",
            "rule_deleted",
        ),
    ),
    "issues": (
        _l("Issues"),
        (
            "issue_resolved", "issue_reopened", "issue_ignored", "issue_assigned",
            "issue_applied_again",
        ),
    ),
}  # fmt: skip
# What is done to Offerdock itself, never to a source.
OPERATIONS = (
    _l("Queues and jobs"),
    ("queue_paused", "queue_resumed", "jobs_requeued", "jobs_deleted"),
)

Change = tuple[str, str | None, str | None]
"""What, before, after; None for nothing."""

_SENTENCES = {
    "source_created": _l("Began to set it up"),
    "source_changed": _l("Changed the settings"),
    "source_activated": _l("Activated it"),
    "source_paused": _l("Paused it"),
    "source_resumed": _l("Resumed it"),
    "source_deleted": _l("Deleted it"),
    "key_accepted": _l("Accepted what the vendor’s server shows now"),
    "ignore_paths_changed": _l("Changed what is ignored"),
    "run_cancelled": _l("Cancelled a run"),
    "replay_cancelled": _l("Cancelled a replay of deliveries"),
    "retry_cancelled": _l("Cancelled that offers are sent again"),
    "removals_discarded": _l("Discarded the removals that a run held"),
    "mapping_saved": _l("Saved the mapping"),
    "mapping_restored": _l("Took an earlier version of the mapping as the draft"),
    "value_decided": _l("Decided what values mean"),
    "issue_resolved": _l("Marked an issue as resolved"),
    "issue_reopened": _l("Opened an issue again"),
    "issue_ignored": _l("Ignored an issue"),
    "issue_assigned": _l("Said who looks after an issue"),
    "issue_applied_again": _l("Had the records of an issue applied again"),
    "guide_links_ended": _l("Ended the links to the vendor’s page"),
    "webhook_opened": _l("Opened a webhook"),
    "webhook_changed": _l("Changed the webhook"),
    "webhook_moved": _l("Gave the webhook a new address"),
    "webhook_closed": _l("Closed the webhook"),
    "webhook_secret_added": _l("Gave the webhook a new secret"),
    "webhook_secret_ended": _l("Ended a secret of the webhook"),
    "channel_added": _l("Added a channel for messages"),
    "channel_changed": _l("Changed a channel for messages"),
    "channel_deleted": _l("Deleted a channel for messages"),
    "rule_added": _l("Added a rule about who is told what"),
    "rule_changed": _l("Changed a rule about who is told what"),
    "rule_deleted": _l("Deleted a rule about who is told what"),
}
_SETTINGS = {
    "name": _l("Name"),
    "location": _l("Address of the feed"),
    "credentials": _l("The server asks for"),
    "pick": _l("When there are several files"),
    "paging": _l("Pages"),
    "own_certificate": _l("Certificate of its own"),
    "schedule": _l("Schedule"),
    "absent_runs": _l("Complete runs until an offer is withdrawn"),
    "hold_share": _l("Share of removals that waits for a person"),
    "max_bytes": _l("Largest file"),
    "preset": _l("Format"),
}


def activity_words(entry: AuditEntry) -> str:
    detail = entry.detail
    if entry.action in OPERATIONS[1]:
        return operation_sentence(entry)
    if entry.action == "run_started":
        trigger = TRIGGERS.get(detail.get("trigger", ""), "")
        return str(_("Started a run (%(how)s)", how=trigger) if trigger else _("Started a run"))
    if entry.action == "removals_approved":
        count = int(detail.get("offers", 0))
        return str(
            ngettext(
                "Approved that %(num)d offer is withdrawn",
                "Approved that %(num)d offers are withdrawn",
                count,
            )
        )
    if entry.action == "offers_retried":
        count = int(detail.get("offers", 0))
        return str(ngettext("Sent %(num)d offer again", "Sent %(num)d offers again", count))
    if entry.action == "deliveries_replayed":
        count = int(detail.get("deliveries", 0))
        return str(ngettext("Replayed %(num)d delivery", "Replayed %(num)d deliveries", count))
    if entry.action == "delivery_admitted":
        number = str(detail.get("delivery", ""))
        return str(_("Accepted delivery %(id)s, which had been refused", id=number))
    if entry.action == "file_skipped":
        name = str(detail.get("file", "")).partition(" ")[2]
        return str(_("Skipped the file %(name)s", name=name))
    if entry.action == "configuration_imported":
        return str(_("Made it of a configuration: %(what)s", what=detail.get("came_from", "")))
    if entry.action == "preset_shared":
        return str(_("Shared the mapping as the preset %(title)s", title=detail.get("title", "")))
    known = _SENTENCES.get(entry.action)
    return str(known) if known else entry.action.replace("_", " ").capitalize()


def activity_changes(entry: AuditEntry) -> list[Change]:
    detail = entry.detail
    changes: list[Change] = []
    if entry.action == "source_changed":
        before, after = detail.get("before", {}), detail.get("after", {})
        changes = [
            (str(_SETTINGS.get(name, name)), _setting(name, before[name]), _setting(name, now))
            for name, now in after.items()
        ]
        if detail.get("secret_replaced"):
            changes.append((str(_("Password or key")), "••••••", str(_("another one"))))
    elif entry.action == "webhook_changed":
        before, after = detail.get("before", {}), detail.get("after", {})
        changes = [
            (name.replace("_", " ").capitalize(), _webhook_part(before[name]), _webhook_part(now))
            for name, now in after.items()
        ]
        if detail.get("secret_replaced"):
            changes.append((str(_("Key in an address")), "••••••", str(_("another one"))))
    elif entry.action == "webhook_secret_added" and detail.get("others_until"):
        changes = [
            (
                str(_("The secret before is good until")),
                None,
                absolute(datetime.fromisoformat(detail["others_until"])),
            )
        ]
    elif entry.action == "key_accepted":
        before, after = (host_key_fingerprint(detail.get(side)) for side in ("before", "after"))
        changes = [(str(_("Key or certificate")), before or None, after or None)]
    elif entry.action == "ignore_paths_changed":
        changes = _set_changes(detail.get("before", []), detail.get("after", []))
    elif entry.action == "value_decided":
        changes = _value_changes(detail)
    elif entry.action.startswith("channel_"):
        channel = f"{detail.get('channel', '')} ({detail.get('address', '')})"
        changes = [_there_or_gone(entry, str(_("Channel")), channel)]
    elif entry.action.startswith("rule_"):
        kinds = ", ".join(str(ALERT_KINDS.get(kind, kind)) for kind in detail.get("kinds", []))
        channels = ", ".join(detail.get("channels", []))
        changes = [
            _there_or_gone(entry, str(_("When")), kinds),
            _there_or_gone(entry, str(_("Told to")), channels),
        ]
    elif "version" in detail:
        changes = [(str(_("Version")), None, str(detail["version"]))]
    return changes


def _there_or_gone(entry: AuditEntry, what: str, value: str) -> Change:
    is_gone = entry.action.endswith("_deleted")
    return (what, value, None) if is_gone else (what, None, value or None)


def _setting(name: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if name == "schedule":
        kind, rhythm, zone = value
        return in_words(Schedule(ScheduleKind(kind), rhythm, zone))
    if name == "credentials":
        kind, user = value
        words = str(CREDENTIALS[CredentialKind(kind)])
        return f"{words}: {user}" if user else words
    if name == "hold_share":
        return f"{format_decimal(round(value * 100))} %"
    if name == "max_bytes":
        return byte_size(value)
    if name == "preset":
        return load_preset(value).title or value if value in preset_names() else str(value)
    if name == "pick":
        return str(_("All of them, the oldest first") if value == "all" else _("The newest one"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {inner}" for key, inner in value.items() if inner)
    return str(value)


def _webhook_part(value: Any) -> str | None:
    if isinstance(value, list | dict):
        return orjson.dumps(value).decode() if value else None
    return _setting("", value)


def _set_changes(before: list[str], after: list[str]) -> list[Change]:
    gone: list[Change] = [
        (str(_("Not ignored any more")), path, None) for path in before if path not in after
    ]
    new: list[Change] = [(str(_("Ignored")), None, path) for path in after if path not in before]
    return gone + new


def _value_changes(detail: dict[str, Any]) -> list[Change]:
    """`meanings`: the vendor's words, each with our code or None; or a word taken back."""
    if "taken_back" in detail:
        return [(str(detail["taken_back"]), detail.get("before"), None)]
    meanings = detail.get("meanings")
    if not isinstance(meanings, dict):
        return []
    nothing = str(_("means nothing"))
    return [(str(word), None, str(code) if code else nothing) for word, code in meanings.items()]


def register(app: Flask) -> None:
    app.jinja_env.filters.update(activity_words=activity_words, activity_changes=activity_changes)
