"""What people did to a source, in words: a sentence for each kind of entry, and before → after."""

from typing import Any

from flask import Flask
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.models import AuditEntry, ScheduleKind
from webapp.presets import load_preset, preset_names
from webapp.schedules import Schedule, in_words
from webapp.services.credentials import CredentialKind
from webapp.views.filters import byte_size
from webapp.views.forms.fetching import host_key_fingerprint
from webapp.views.labels import CREDENTIALS, TRIGGERS

# What one filters by: kinds of entries that belong together.
KINDS = {
    "settings": (
        _l("Settings"),
        (
            "source_created", "source_changed", "source_activated", "source_paused",
            "source_resumed", "key_accepted", "ignore_paths_changed", "configuration_imported",
        ),
    ),
    "runs": (_l("Runs"), ("run_started", "run_cancelled", "file_skipped", "offers_retried")),
    "removals": (_l("Removals"), ("removals_approved", "removals_discarded")),
    "mapping": (_l("Mapping"), ("mapping_saved", "mapping_restored", "preset_shared")),
    "values": (_l("Values"), ("value_decided",)),
}  # fmt: skip

Change = tuple[str, str | None, str | None]
"""What, before, after; None for nothing."""

_SENTENCES = {
    "source_created": _l("Began to set it up"),
    "source_changed": _l("Changed the settings"),
    "source_activated": _l("Activated it"),
    "source_paused": _l("Paused it"),
    "source_resumed": _l("Resumed it"),
    "key_accepted": _l("Accepted what the vendor’s server shows now"),
    "ignore_paths_changed": _l("Changed what is ignored"),
    "run_cancelled": _l("Cancelled a run"),
    "removals_discarded": _l("Discarded the removals that a run held"),
    "mapping_saved": _l("Saved the mapping"),
    "mapping_restored": _l("Took an earlier version of the mapping as the draft"),
    "value_decided": _l("Decided what values mean"),
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
    elif entry.action == "key_accepted":
        before, after = (host_key_fingerprint(detail.get(side)) for side in ("before", "after"))
        changes = [(str(_("Key or certificate")), before or None, after or None)]
    elif entry.action == "ignore_paths_changed":
        changes = _set_changes(detail.get("before", []), detail.get("after", []))
    elif entry.action == "value_decided":
        changes = _value_changes(detail)
    elif "version" in detail:
        changes = [(str(_("Version")), None, str(detail["version"]))]
    return changes


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
