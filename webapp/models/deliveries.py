"""Deliveries: webhook requests, accepted or refused, and what became of each."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, Count, CreatedAt, Id, Moment, Words, one_of
from webapp.models.sources import Source


class DeliveryState(StrEnum):
    REFUSED = "refused"
    """Answered with an error. Nothing of it was used."""
    WAITING = "waiting"
    """Durable, kept until the source is active (again)."""
    ACCEPTED = "accepted"
    """Durable; an offers worker will cut it into records."""
    FETCHING = "fetching"
    """It only says which offers changed: they are fetched from the vendor."""
    STAGED = "staged"
    """Its offer jobs are under way."""
    DONE = "done"
    UNREADABLE = "unreadable"
    """It holds no records as the source's settings expect them."""


class Delivery(Base):
    """One webhook request, accepted or refused."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(one_of("state", DeliveryState), name="state"),
        Index(
            "uq_deliveries_message",
            "source_id",
            "message_key",
            unique=True,
            postgresql_where=text("message_key IS NOT NULL"),
        ),
        Index("ix_deliveries_source_id_id", "source_id", "id"),
        # Rows lie in the order of their arrival: a few kilobytes find those of the last hour.
        Index("ix_deliveries_received_at", "received_at", postgresql_using="brin"),
        # No index names `state`: its changes stay cheap, heap-only updates.
        Index(
            "ix_deliveries_unfinished",
            "source_id",
            "id",
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index(
            "ix_deliveries_caused",
            "source_id",
            "cause",
            "id",
            postgresql_where=text("cause IS NOT NULL"),
        ),
        Index(
            "ix_deliveries_replay_id", "replay_id", postgresql_where=text("replay_id IS NOT NULL")
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(BigInteger)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    # "id:…" from the sender, else "body:" and the body's SHA-256; none of a refused one.
    message_key: Mapped[Words | None]
    body_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[Words]
    # Why it was refused, why it can't be read, or that offers of it were without success; what is
    # to be said of it beyond the cause's own words.
    cause: Mapped[Words | None]
    cause_detail: Mapped[Words] = mapped_column(server_default="", default="")
    # What was answered.
    http_status: Mapped[int]
    bytes: Mapped[Count]
    # Microseconds since 1970 at its arrival: orders its records against feeds and other deliveries.
    sequence: Mapped[int] = mapped_column(BigInteger)
    # Its records hold only what changed.
    partial: Mapped[bool] = mapped_column(server_default="false", default=False)
    # The very same message again, after this one.
    repeats: Mapped[int] = mapped_column(server_default="0", default=0)
    repeated_at: Mapped[Moment | None]

    # How often its body was cut into records or its offers were fetched; which replay asked for it.
    attempt: Mapped[int] = mapped_column(server_default="0", default=0)
    fence: Mapped[int] = mapped_column(server_default="0", default=0)
    lease_until: Mapped[Moment | None]
    due_at: Mapped[Moment | None]
    # While it is fetched: the vendor's ids of the offers that are still to be asked for; none where
    # a list has to be fetched first.
    ids_left: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    replay_id: Mapped[int | None] = mapped_column(ForeignKey("replays.id", ondelete="SET NULL"))

    staged: Mapped[int] = mapped_column(server_default="0", default=0)
    settled: Mapped[int] = mapped_column(server_default="0", default=0)
    created: Mapped[int] = mapped_column(server_default="0", default=0)
    updated: Mapped[int] = mapped_column(server_default="0", default=0)
    unchanged: Mapped[int] = mapped_column(server_default="0", default=0)
    superseded: Mapped[int] = mapped_column(server_default="0", default=0)
    withdrawn: Mapped[int] = mapped_column(server_default="0", default=0)
    # Records without a usable id count as rejected without having been staged.
    rejected: Mapped[int] = mapped_column(server_default="0", default=0)
    failed: Mapped[int] = mapped_column(server_default="0", default=0)
    quarantined: Mapped[int] = mapped_column(server_default="0", default=0)

    received_at: Mapped[CreatedAt]
    staged_at: Mapped[Moment | None]
    # When the last of its offers was settled; of a refused one, when it came.
    finished_at: Mapped[Moment | None]

    source: Mapped[Source] = relationship()


class DeliveryRequest(Base):
    """The request as it came, apart from what moves."""

    __tablename__ = "delivery_requests"

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    method: Mapped[Words]
    content_type: Mapped[Words]
    remote_address: Mapped[Words]
    # Secrets masked: {"name": "value"}.
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    # zstd; of a refused delivery only the beginning.
    body: Mapped[bytes] = mapped_column(LargeBinary)
