"""The audit log: who did what. Written by the services that do it, in the same transaction."""

from typing import Any, Literal

from sqlalchemy import update

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
    "deliveries_replayed",
    "replay_cancelled",
    "delivery_admitted",
    "removals_approved",
    "removals_discarded",
    "mapping_saved",
    "mapping_restored",
    "value_decided",
    "ignore_paths_changed",
    "configuration_imported",
    "preset_shared",
    "issue_resolved",
    "issue_reopened",
    "issue_ignored",
    "issue_assigned",
    "issue_applied_again",
    "guide_links_ended",
    "webhook_opened",
    "webhook_changed",
    "webhook_moved",
    "webhook_closed",
    "webhook_secret_added",
    "webhook_secret_ended",
]
# What is done to Offerdock itself, not to a source.
Operation = Literal[
    "queue_paused",
    "queue_resumed",
    "jobs_requeued",
    "jobs_deleted",
]
# Who is told what: of an agency, of one of its sources, or of those who run Offerdock.
NotificationAction = Literal[
    "channel_added",
    "channel_changed",
    "channel_deleted",
    "rule_added",
    "rule_changed",
    "rule_deleted",
]
# Of one source or of several of an agency.
RetryAction = Literal["offers_retried", "retry_cancelled"]


def note(action: Action, source: Source, user: User | None, **detail: Any) -> None:
    """`detail` says what was before and after; never a secret."""
    db.session.add(
        AuditEntry(
            agency_id=source.agency_id,
            source_id=source.id,
            source_name=source.name,
            user_id=user.id if user else None,
            action=action,
            detail=detail,
        )
    )
    db.session.flush()


def note_operation(action: Operation, user: User | None, **detail: Any) -> None:
    db.session.add(AuditEntry(user_id=user.id if user else None, action=action, detail=detail))
    db.session.flush()


def note_for_agency(
    action: NotificationAction | RetryAction,
    agency_id: int | None,
    source: Source | None,
    user: User | None,
    **detail: Any,
) -> None:
    db.session.add(
        AuditEntry(
            agency_id=agency_id,
            source_id=source.id if source else None,
            source_name=source.name if source else "",
            user_id=user.id if user else None,
            action=action,
            detail=detail,
        )
    )
    db.session.flush()


def keep_name(source: Source) -> None:
    """Before it is deleted: all that was done to it is found by its last name."""
    db.session.execute(
        update(AuditEntry)
        .where(AuditEntry.source_id == source.id, AuditEntry.source_name != source.name)
        .values(source_name=source.name)
        .execution_options(synchronize_session=False)
    )
