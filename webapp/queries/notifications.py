"""What the pages of notifications show: channels, rules, what is wrong now, what was sent."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from webapp.access import scope
from webapp.extensions import db
from webapp.models import (
    Alert,
    Notification,
    NotificationChannel,
    NotificationKind,
    NotificationRule,
    Source,
)
from webapp.queries.paging import Listing, listing, page_of

MOST_ALERTS = 50
MOST_SOURCES = 500


def channels() -> Sequence[NotificationChannel]:
    statement = (
        select(NotificationChannel)
        .options(joinedload(NotificationChannel.agency))
        .order_by(NotificationChannel.name, NotificationChannel.id)
    )
    return db.session.scalars(scope(statement, NotificationChannel)).all()


def channels_beside(rule: NotificationRule) -> Sequence[NotificationChannel]:
    """Those that the rule may lead to: of its own agency."""
    return [channel for channel in channels() if channel.agency_id == rule.agency_id]


def last_messages(shown: Sequence[NotificationChannel]) -> dict[int, Notification]:
    """What each channel was sent last, or could not be sent."""
    newest = (
        select(Notification)
        .where(
            Notification.channel_id.in_([channel.id for channel in shown]),
            Notification.attempt > 0,
        )
        .ext(distinct_on(Notification.channel_id))
        .order_by(Notification.channel_id, Notification.id.desc())
    )
    return {message.channel_id: message for message in db.session.scalars(newest)}


def last_test(channel: NotificationChannel) -> Notification | None:
    return db.session.scalar(
        select(Notification)
        .where(
            Notification.channel_id == channel.id,
            Notification.kind == NotificationKind.TEST,
        )
        .order_by(Notification.id.desc())
        .limit(1)
    )


def rules() -> Sequence[NotificationRule]:
    statement = (
        select(NotificationRule)
        .options(
            selectinload(NotificationRule.channels),
            joinedload(NotificationRule.source),
            joinedload(NotificationRule.agency),
        )
        .order_by(NotificationRule.id)
    )
    return db.session.scalars(scope(statement, NotificationRule)).all()


def rules_about_source(source: Source) -> Sequence[NotificationRule]:
    """Of those that the person sees: about this source alone, or about all."""
    statement = (
        select(NotificationRule)
        .where(
            or_(
                NotificationRule.agency_id.is_(None),
                NotificationRule.agency_id == source.agency_id,
            ),
            or_(NotificationRule.source_id.is_(None), NotificationRule.source_id == source.id),
        )
        .options(selectinload(NotificationRule.channels))
        .order_by(NotificationRule.id)
    )
    return db.session.scalars(scope(statement, NotificationRule)).all()


def sources_to_choose() -> Sequence[Source]:
    statement = select(Source).order_by(Source.name, Source.id).limit(MOST_SOURCES)
    return db.session.scalars(scope(statement, Source)).all()


def rules_with(channel: NotificationChannel) -> int:
    """How many rules lead to the channel."""
    return len(
        db.session.scalars(
            select(NotificationRule.id).where(
                NotificationRule.channels.any(NotificationChannel.id == channel.id)
            )
        ).all()
    )


def open_alerts() -> Sequence[Alert]:
    """The newest first."""
    statement = (
        select(Alert)
        .where(Alert.closed_at.is_(None))
        .options(joinedload(Alert.source))
        .order_by(Alert.id.desc())
        .limit(MOST_ALERTS)
    )
    return db.session.scalars(scope(statement, Alert)).all()


def messages(page: int) -> Listing[Notification]:
    """What was sent or is to be sent, the newest first."""
    statement = (
        select(Notification)
        .join(Notification.channel)
        .options(contains_eager(Notification.channel), joinedload(Notification.alert))
        .order_by(Notification.id.desc())
    )
    rows = db.session.scalars(page_of(scope(statement, NotificationChannel), page)).all()
    return listing(rows, page)
