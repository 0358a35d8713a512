"""Channels and rules of notifications, as people set them up. Services flush; callers commit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import update

from webapp.alert_kinds import BOUNDED
from webapp.channel_addresses import ChannelAddress
from webapp.extensions import db
from webapp.models import (
    Agency,
    Alert,
    Notification,
    NotificationChannel,
    NotificationKind,
    NotificationRule,
    Source,
    User,
    utc_now,
)
from webapp.services.alerts import ring_for_channel
from webapp.services.audit import NotificationAction, note_for_agency
from webapp.services.encryption import fernet


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Shares are parts of 1; times of day such as 22:00, empty where there is none."""

    kinds: list[str]
    no_success_hours: int = 24
    rejected_share: float = 0.1
    moved_share: float = 0.3
    quiet_from: str = ""
    quiet_until: str = ""
    critical_at_once: bool = True
    digest_at: str = ""
    timezone: str = "UTC"


def add_channel(
    agency: Agency | None, name: str, address: ChannelAddress, user: User | None = None
) -> NotificationChannel:
    """No agency: for those who run Offerdock."""
    channel = NotificationChannel(
        agency_id=agency.id if agency else None,
        name=name,
        kind=address.kind,
        address=fernet().encrypt(address.url.encode()).decode(),
        masked=address.masked,
    )
    db.session.add(channel)
    db.session.flush()
    _note("channel_added", channel, user)
    return channel


def change_channel(
    channel: NotificationChannel, name: str, address: ChannelAddress | None, user: User | None
) -> None:
    """No address: the one that it has stays."""
    channel.name = name
    if address is not None:
        channel.kind, channel.masked = address.kind, address.masked
        channel.address = fernet().encrypt(address.url.encode()).decode()
    db.session.flush()
    _note("channel_changed", channel, user)


def delete_channel(channel: NotificationChannel, user: User | None) -> None:
    """With the log of what was sent there; rules that lead to it lose it."""
    _note("channel_deleted", channel, user)
    db.session.delete(channel)
    db.session.flush()


def ask_for_test(channel: NotificationChannel) -> Notification:
    """A worker sends it; its row tells what became of it."""
    test = Notification(channel_id=channel.id, kind=NotificationKind.TEST)
    db.session.add(test)
    db.session.flush()
    ring_for_channel(channel.id)
    return test


def add_rule(
    agency: Agency | None,
    source: Source | None,
    settings: RuleSettings,
    channels: Sequence[NotificationChannel],
    user: User | None = None,
) -> NotificationRule:
    """No agency: about everything, for those who run Offerdock; no source: about all of them."""
    rule = NotificationRule(
        agency_id=agency.id if agency else None,
        source_id=source.id if source else None,
        **asdict(settings),
    )
    rule.channels = list(channels)
    db.session.add(rule)
    db.session.flush()
    _note_rule("rule_added", rule, user)
    return rule


def change_rule(
    rule: NotificationRule,
    settings: RuleSettings,
    channels: Sequence[NotificationChannel],
    user: User | None = None,
) -> None:
    if asdict(settings) != {name: getattr(rule, name) for name in asdict(settings)}:
        _forget_alerts(rule)
    for name, value in asdict(settings).items():
        setattr(rule, name, value)
    rule.channels = list(channels)
    db.session.flush()
    _note_rule("rule_changed", rule, user)


def delete_rule(rule: NotificationRule, user: User | None) -> None:
    _note_rule("rule_deleted", rule, user)
    _forget_alerts(rule)
    db.session.delete(rule)
    db.session.flush()


def _forget_alerts(rule: NotificationRule) -> None:
    """Those that are open by its own bounds. Nobody is told: the problem may well go on."""
    db.session.execute(
        update(Alert)
        .where(
            Alert.kind.in_(BOUNDED),
            Alert.subject == f"rule-{rule.id}",
            Alert.closed_at.is_(None),
        )
        .values(closed_at=utc_now(), ending="The rule was changed or deleted.")
        .execution_options(synchronize_session=False)
    )


def _note(action: NotificationAction, channel: NotificationChannel, user: User | None) -> None:
    note_for_agency(
        action, channel.agency_id, None, user, channel=channel.name, address=channel.masked
    )


def _note_rule(action: NotificationAction, rule: NotificationRule, user: User | None) -> None:
    note_for_agency(
        action,
        rule.agency_id,
        rule.source,
        user,
        kinds=list(rule.kinds),
        channels=[channel.name for channel in rule.channels],
    )
