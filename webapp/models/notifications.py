"""Who is told what: channels, rules that lead to them, open alerts, and what was sent."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.alert_kinds import AlertKind
from webapp.models.accounts import Agency
from webapp.models.base import Base, CreatedAt, Id, Moment, Words, one_of
from webapp.models.sources import Source


class NotificationChannel(Base):
    """A place that messages go to: somebody's mailbox, a chat, a server of the agency."""

    __tablename__ = "notification_channels"

    id: Mapped[Id]
    # None: of those who run Offerdock.
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    name: Mapped[Words]
    # webapp.channel_addresses.KINDS.
    kind: Mapped[Words]
    # Fernet token: the address in Apprise's form; and the same without its secrets.
    address: Mapped[Words]
    masked: Mapped[Words]
    created_at: Mapped[CreatedAt]

    agency: Mapped[Agency | None] = relationship()


rule_channels = Table(
    "notification_rule_channels",
    Base.metadata,
    Column(
        "rule_id",
        BigInteger,
        ForeignKey("notification_rules.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "channel_id",
        BigInteger,
        ForeignKey("notification_channels.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class NotificationRule(Base):
    """Which alerts of an agency, or of one of its sources, go to which channels, and when."""

    __tablename__ = "notification_rules"
    __table_args__ = (Index("ix_notification_rules_agency_id", "agency_id"),)

    id: Mapped[Id]
    # None: those who run Offerdock, about all agencies and about Offerdock itself.
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    # None: all sources.
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    kinds: Mapped[list[str]] = mapped_column(JSONB)
    no_success_hours: Mapped[int] = mapped_column(server_default="24", default=24)
    rejected_share: Mapped[float] = mapped_column(server_default="0.1", default=0.1)
    moved_share: Mapped[float] = mapped_column(server_default="0.3", default=0.3)
    # Times of day such as 22:00 in `timezone`; empty: none.
    quiet_from: Mapped[Words] = mapped_column(server_default="", default="")
    quiet_until: Mapped[Words] = mapped_column(server_default="", default="")
    critical_at_once: Mapped[bool] = mapped_column(server_default="true", default=True)
    # The time of day of the one message that holds all of a day; empty: each is sent at once.
    digest_at: Mapped[Words] = mapped_column(server_default="", default="")
    timezone: Mapped[Words] = mapped_column(server_default="UTC", default="UTC")
    created_at: Mapped[CreatedAt]

    agency: Mapped[Agency | None] = relationship()
    source: Mapped[Source | None] = relationship()
    channels: Mapped[list[NotificationChannel]] = relationship(
        secondary=rule_channels, order_by=NotificationChannel.name
    )


class Alert(Base):
    """One problem, from the moment it shows until it is over; open only once at a time."""

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint(one_of("kind", AlertKind), name="kind"),
        Index(
            "uq_alerts_open",
            "agency_id",
            "source_id",
            "kind",
            "subject",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    # None: about Offerdock itself.
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    kind: Mapped[Words]
    # Tells problems of one kind apart, such as issue-17 or rule-3.
    subject: Mapped[Words] = mapped_column(server_default="", default="")
    # What people read, and the page of ours (a path) where they go on.
    title: Mapped[Words]
    text: Mapped[Words]
    path: Mapped[Words]
    opened_at: Mapped[CreatedAt]
    last_seen_at: Mapped[CreatedAt]
    closed_at: Mapped[Moment | None]
    # How it ended, in words.
    ending: Mapped[Words] = mapped_column(server_default="", default="")

    source: Mapped[Source | None] = relationship()


class NotificationKind(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"
    TEST = "test"


class NotificationState(StrEnum):
    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    """Its problem was over before it was sent."""


class Notification(Base):
    """A message for a channel: to be sent, or what became of it."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint(one_of("kind", NotificationKind), name="kind"),
        CheckConstraint(one_of("state", NotificationState), name="state"),
        Index(
            "uq_notifications_alert",
            "alert_id",
            "channel_id",
            "kind",
            unique=True,
            postgresql_where=text("alert_id IS NOT NULL"),
        ),
        Index(
            "ix_notifications_due", "due_at", postgresql_where=text("state IN ('due', 'sending')")
        ),
        Index("ix_notifications_channel_id_id", "channel_id", "id"),
    )

    id: Mapped[Id]
    channel_id: Mapped[int] = mapped_column(
        ForeignKey("notification_channels.id", ondelete="CASCADE")
    )
    # None: a test.
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    rule_id: Mapped[int | None] = mapped_column(
        ForeignKey("notification_rules.id", ondelete="SET NULL")
    )
    kind: Mapped[Words]
    # All that are due for the channel go out as one message.
    in_digest: Mapped[bool] = mapped_column(server_default="false", default=False)
    state: Mapped[Words] = mapped_column(server_default="due", default="due")
    due_at: Mapped[CreatedAt]
    attempt: Mapped[int] = mapped_column(server_default="0", default=0)
    fence: Mapped[int] = mapped_column(server_default="0", default=0)
    lease_until: Mapped[Moment | None]
    error: Mapped[Words] = mapped_column(server_default="", default="")
    sent_at: Mapped[Moment | None]
    created_at: Mapped[CreatedAt]

    channel: Mapped[NotificationChannel] = relationship()
    alert: Mapped[Alert | None] = relationship()
