"""The audit log: who did what. Written by the services that do it, in the same transaction."""

from typing import Any, Literal

from webapp.extensions import db
from webapp.models import AuditEntry, Source, User

Action = Literal[
    "source_created",
    "source_changed",
    "source_activated",
    "source_paused",
    "source_resumed",
    "source_deleted",
    "key_accepted",
    "run_started",
    "run_cancelled",
    "file_skipped",
    "offers_retried",
    "removals_approved",
    "removals_discarded",
    "mapping_saved",
    "mapping_restored",
    "value_decided",
    "ignore_paths_changed",
    "configuration_imported",
    "preset_shared",
]


def note(action: Action, source: Source, user: User | None, **detail: Any) -> None:
    """`detail` says what was before and after; never a secret."""
    db.session.add(
        AuditEntry(
            agency_id=source.agency_id,
            source_id=source.id,
            user_id=user.id if user else None,
            action=action,
            detail=detail,
        )
    )
    db.session.flush()
