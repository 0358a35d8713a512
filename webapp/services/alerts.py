"""Problems that people are told about: one alert from the moment a problem shows until it is over,
one message when it opens and one when it ends. Services flush; their callers commit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from webapp import queues
from webapp.alert_kinds import CRITICAL, AlertKind
from webapp.extensions import db
from webapp.models import (
    Alert,
    Notification,
    NotificationKind,
    NotificationRule,
    NotificationState,
    utc_now,
)
from webapp.sending_times import SendingHours, digest_time, end_of_quiet

_OPEN = text("""
    INSERT INTO alerts (agency_id, source_id, kind, subject, title, text, path, opened_at,
        last_seen_at)
    VALUES (:agency_id, :source_id, :kind, :subject, :title, :text, :path, :now, :now)
    ON CONFLICT (agency_id, source_id, kind, subject) WHERE closed_at IS NULL
        DO UPDATE SET last_seen_at = excluded.last_seen_at
    RETURNING id, xmax = 0
""")


@dataclass(frozen=True, slots=True)
class About:
    """Whose problem it is, in what. No agency: Offerdock's own."""

    agency_id: int | None = None
    source_id: int | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What people read, and the page of ours (a path) where they go on."""

    title: str
    text: str
    path: str


def open_alert(
    kind: AlertKind,
    about: About,
    words: Words,
    *,
    rule_id: int | None = None,
    now: datetime | None = None,
) -> bool:
    """Whether it is news: while the alert is open, nobody is told again.

    `rule_id`: the only rule that it concerns, of the kinds for which each has its own bound.
    """
    now = now or utc_now()
    alert_id, is_new = db.session.execute(
        _OPEN,
        {
            "agency_id": about.agency_id,
            "source_id": about.source_id,
            "kind": kind,
            "subject": about.subject,
            "title": words.title,
            "text": words.text,
            "path": words.path,
            "now": now,
        },
    ).one()
    if is_new:
        for rule in _rules_for(kind, about, rule_id):
            at_once = kind in CRITICAL and rule.critical_at_once
            for channel in rule.channels:
                _plan(alert_id, channel.id, NotificationKind.OPENED, rule, now, at_once=at_once)
    return bool(is_new)


def close_alert(
    kinds: AlertKind | Collection[AlertKind],
    about: About,
    ending: str,
    *,
    now: datetime | None = None,
) -> int:
    """Give the all-clear to those who were told; returns how many alerts it was about."""
    now = now or utc_now()
    wanted = [kinds] if isinstance(kinds, AlertKind) else list(kinds)
    closed = db.session.scalars(
        update(Alert)
        .where(
            Alert.agency_id.is_not_distinct_from(about.agency_id),
            Alert.source_id.is_not_distinct_from(about.source_id),
            Alert.kind.in_(wanted),
            Alert.subject == about.subject,
            Alert.closed_at.is_(None),
        )
        .values(closed_at=now, last_seen_at=now, ending=ending)
        .returning(Alert.id)
        .execution_options(synchronize_session=False)
    ).all()
    for alert_id in closed:
        _plan_all_clear(alert_id, now)
    return len(closed)


def ring_for_channel(channel_id: int) -> None:
    queues.enqueue_after_commit(
        db.session(),
        queues.DEFAULT,
        queues.SEND_NOTIFICATIONS,
        channel_id,
        job_id=f"notify-{channel_id}",
    )


def rules_about(kinds: Collection[AlertKind]) -> list[NotificationRule]:
    """All rules that want to hear of one of the kinds."""
    return list(
        db.session.scalars(
            select(NotificationRule)
            .where(or_(*(NotificationRule.kinds.contains([kind]) for kind in kinds)))
            .order_by(NotificationRule.id)
        )
    )


def _rules_for(kind: AlertKind, about: About, rule_id: int | None) -> list[NotificationRule]:
    statement = select(NotificationRule).where(
        NotificationRule.kinds.contains([kind]),
        or_(
            NotificationRule.agency_id.is_(None),
            NotificationRule.agency_id == literal(about.agency_id),
        ),
        or_(
            NotificationRule.source_id.is_(None),
            NotificationRule.source_id == literal(about.source_id),
        ),
    )
    if rule_id is not None:
        statement = statement.where(NotificationRule.id == rule_id)
    return list(db.session.scalars(statement.order_by(NotificationRule.id)))


def _plan_all_clear(alert_id: int, now: datetime) -> None:
    """To every channel that heard of the problem; one that did not yet needs to hear nothing."""
    told = db.session.scalars(
        select(Notification)
        .where(Notification.alert_id == alert_id, Notification.kind == NotificationKind.OPENED)
        .order_by(Notification.id)
        .with_for_update()
    ).all()
    for notification in told:
        waits = notification.state == NotificationState.DUE and notification.attempt == 0
        if waits and not notification.in_digest:
            notification.state = NotificationState.DROPPED
            continue
        if notification.state != NotificationState.FAILED:
            rule = (
                db.session.get(NotificationRule, notification.rule_id)
                if notification.rule_id
                else None
            )
            _plan(alert_id, notification.channel_id, NotificationKind.CLOSED, rule, now)
    db.session.flush()


def _plan(
    alert_id: int,
    channel_id: int,
    kind: NotificationKind,
    rule: NotificationRule | None,
    now: datetime,
    *,
    at_once: bool = False,
) -> None:
    due_at, in_digest = now, False
    if rule is not None and not at_once:
        hours = SendingHours(rule.timezone, rule.quiet_from, rule.quiet_until, rule.digest_at)
        in_digest = bool(rule.digest_at)
        due_at = digest_time(hours, now) if in_digest else end_of_quiet(hours, now)
    written = db.session.execute(
        insert(Notification)
        .values(
            alert_id=alert_id,
            channel_id=channel_id,
            rule_id=rule.id if rule else None,
            kind=kind,
            due_at=due_at,
            in_digest=in_digest,
        )
        .on_conflict_do_nothing()
        .returning(Notification.id)
    ).first()
    if written is not None and due_at <= now:
        ring_for_channel(channel_id)
