"""Sources (a vendor's door into an agency) and the versioned mappings that read their records."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.accounts import Agency
from webapp.models.base import Base, CreatedAt, Id, Moment, Words, one_of


class SourceStatus(StrEnum):
    SETUP = "setup"
    """Being set up: it has no mapping in force yet, and nothing reads it."""
    ACTIVE = "active"
    PAUSED = "paused"
    BROKEN = "broken"


class ScheduleKind(StrEnum):
    MANUAL = "manual"
    INTERVAL = "interval"
    DAILY = "daily"
    CRON = "cron"


class Source(Base):
    __tablename__ = "sources"
    __table_args__ = (
        UniqueConstraint("agency_id", "slug"),
        CheckConstraint(one_of("status", SourceStatus), name="status"),
        CheckConstraint(one_of("schedule_kind", ScheduleKind), name="schedule_kind"),
        Index("ix_sources_due", "next_run_at", postgresql_where=text("status = 'active'")),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    slug: Mapped[Words]
    name: Mapped[Words]
    status: Mapped[Words] = mapped_column(server_default="active", default="active")
    status_reason: Mapped[Words] = mapped_column(server_default="", default="")

    # With its secrets masked; the whole of it is in location_secret then (Fernet).
    location: Mapped[Words]
    location_secret: Mapped[Words | None]
    # webapp.fetching.Fetching: which files, which pages, which server key.
    fetching: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", default=dict)
    # Since when it has this location.
    located_at: Mapped[CreatedAt]
    # Fernet token over JSON: {"kind": "basic", "username": …, "password": …} and the like.
    credentials: Mapped[Words | None]
    preset: Mapped[Words]
    mapping_id: Mapped[int | None] = mapped_column(
        ForeignKey("mappings.id", use_alter=True, ondelete="SET NULL")
    )
    ignore_paths: Mapped[list[str]] = mapped_column(JSONB, server_default="[]", default=list)
    # Found over runs and proposed as ignore paths: [{"path", "share", "runs", "refused"}].
    volatile_paths: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", default=list
    )
    # Raised with every decision about a value: workers know by it that their tables are old.
    values_version: Mapped[int] = mapped_column(server_default="0", default=0)
    # When the words of its records were last counted, for the values page.
    values_counted_at: Mapped[Moment | None]
    # What has to be done as soon as no run is open: read the feed, {"reading": true}, or map stored
    # records again, {"all": true} or those that hold words, {"values": {table: [word, …]}}.
    remap_due: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    # None: as much as the server's own limit allows.
    max_bytes: Mapped[int | None] = mapped_column(BigInteger)

    schedule_kind: Mapped[Words] = mapped_column(server_default="manual", default="manual")
    # interval: minutes; daily: "03:00,13:00"; cron: five fields; manual: empty.
    schedule_value: Mapped[Words] = mapped_column(server_default="", default="")
    timezone: Mapped[Words] = mapped_column(server_default="UTC", default="UTC")
    next_run_at: Mapped[Moment | None]

    # Removal policy (DESIGN §6): valid runs an offer must be absent from, and the share of
    # live offers above which removals wait for a person.
    absent_runs: Mapped[int] = mapped_column(server_default="2", default=2)
    hold_share: Mapped[float] = mapped_column(server_default="0.15", default=0.15)

    # What is known of the feed as last read completely, for conditional fetching.
    etag: Mapped[Words | None]
    last_modified: Mapped[Words | None]
    content_sha256: Mapped[Words | None]
    # The mapping under which that content was read.
    read_mapping_id: Mapped[int | None]
    last_read_at: Mapped[Moment | None]
    # The circuit breaker: runs that failed in a row.
    failures: Mapped[int] = mapped_column(server_default="0", default=0)
    created_at: Mapped[CreatedAt]

    agency: Mapped[Agency] = relationship()
    mapping: Mapped["Mapping | None"] = relationship(foreign_keys=[mapping_id])

    @property
    def is_paused(self) -> bool:
        return self.status == SourceStatus.PAUSED


class Mapping(Base):
    """Rules of one source, never changed, only followed by a next version."""

    __tablename__ = "mappings"
    __table_args__ = (UniqueConstraint("source_id", "version"),)

    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    version: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
