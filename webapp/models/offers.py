"""Offers (the canonical listings) and the history of their changes."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, Id, Moment, Words, one_of
from webapp.models.sources import Source


class Lifecycle(StrEnum):
    """Where an offer stands in its source's feed."""

    LIVE = "live"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"


class SyncStatus(StrEnum):
    """How the last record for the offer fared."""

    OK = "ok"
    WARNING = "warning"
    REJECTED = "rejected"
    FAILED = "failed"


class Offer(Base):
    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("source_id", "external_id"),
        CheckConstraint(one_of("lifecycle", Lifecycle), name="lifecycle"),
        CheckConstraint(one_of("sync_status", SyncStatus), name="sync_status"),
        # For people who see every agency: nothing else orders a million offers in a page's time.
        Index("ix_offers_changed", "changed_at", "id"),
        Index("ix_offers_agency_changed", "agency_id", "changed_at", "id"),
        Index("ix_offers_source_changed", "source_id", "changed_at", "id"),
        Index(
            "ix_offers_source_not_live",
            "source_id",
            "lifecycle",
            postgresql_where=text("lifecycle <> 'live'"),
        ),
        Index(
            "ix_offers_source_not_ok",
            "source_id",
            "sync_status",
            postgresql_where=text("sync_status <> 'ok'"),
        ),
        Index("ix_offers_search", "search", postgresql_using="gin"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    external_id: Mapped[Words]
    reference: Mapped[Words] = mapped_column(server_default="")
    title: Mapped[Words] = mapped_column(server_default="")
    status: Mapped[Words]
    category: Mapped[Words]
    type: Mapped[Words]
    deal: Mapped[Words | None]
    price: Mapped[Decimal | None] = mapped_column(Numeric)
    currency: Mapped[Words | None]
    city: Mapped[Words] = mapped_column(server_default="")
    bedrooms: Mapped[int | None]
    media_count: Mapped[int] = mapped_column(server_default="0")
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # Words and facets: webapp/offer_search.py.
    search: Mapped[str] = mapped_column(TSVECTOR, deferred=True)

    lifecycle: Mapped[Words] = mapped_column(server_default="live")
    sync_status: Mapped[Words] = mapped_column(server_default="ok")
    raw_hash: Mapped[bytes] = mapped_column(LargeBinary)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    mapping_id: Mapped[int] = mapped_column(BigInteger)
    # The job whose record was applied last; its raw record has the same id.
    job_id: Mapped[int] = mapped_column(BigInteger)
    sequence: Mapped[int] = mapped_column(BigInteger)
    # The vendor's own, the highest applied (webapp/models/offer_jobs.py).
    version: Mapped[int | None] = mapped_column(BigInteger)

    first_seen_at: Mapped[Moment]
    # A live offer is seen by every complete run; this column moves only when it is applied.
    last_seen_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    # Complete, valid runs with different content in a row that did not have the offer.
    absent_runs: Mapped[int] = mapped_column(server_default="0")
    missing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[Moment | None]

    source: Mapped[Source] = relationship()


class RevisionKind(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class OfferRevision(Base):
    """What one applied record, or one withdrawal, changed on an offer, field by field."""

    __tablename__ = "offer_revisions"
    __table_args__ = (
        CheckConstraint(one_of("kind", RevisionKind), name="kind"),
        Index("ix_offer_revisions_offer_id_id", "offer_id", "id"),
        Index("ix_offer_revisions_run_kind", "run_id", "kind", "id"),
    )

    id: Mapped[Id]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"))
    run_id: Mapped[int | None] = mapped_column(BigInteger)
    delivery_id: Mapped[int | None] = mapped_column(BigInteger)
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[Words]
    # {field: [old, new]}; empty for a creation.
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    # New price divided by old, where this moved the price.
    price_move: Mapped[float | None]
    at: Mapped[Moment]
