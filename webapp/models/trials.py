"""Trials: what a person tries before anything is written (what an address leads to, what a run
would do), worked by the imports role; and the samples of a source's records that trials and runs
leave for the pages."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, Count, CreatedAt, Id, Moment, Words, one_of
from webapp.models.sources import Source


class TrialKind(StrEnum):
    LOOK = "look"
    """Fetch the feed, recognise it, keep a sample."""
    DRY_RUN = "dry_run"
    """Read the feed as a run would, and count."""
    DRY_REMAP = "dry_remap"
    """The same with the stored records, as a run after a new mapping would."""


class TrialState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Trial(Base):
    __tablename__ = "trials"
    __table_args__ = (
        CheckConstraint(one_of("kind", TrialKind), name="kind"),
        CheckConstraint(one_of("state", TrialState), name="state"),
        Index("ix_trials_source_id_id", "source_id", "id"),
        Index("ix_trials_upload_id", "upload_id", postgresql_where=text("upload_id IS NOT NULL")),
        Index("ix_trials_open", "id", postgresql_where=text("state IN ('queued', 'running')")),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    kind: Mapped[Words]
    state: Mapped[Words] = mapped_column(server_default="queued", default="queued")
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    # The mapping to try; None: the source's own.
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    # Instead of the source's address: a file that was sent through the browser.
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("uploads.id", ondelete="SET NULL"))
    lease_until: Mapped[Moment | None]

    # Progress: bytes of the feed, bytes that have arrived or been read, records read.
    bytes: Mapped[Count]
    bytes_read: Mapped[Count]
    read: Mapped[Count]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    error_code: Mapped[Words | None]
    error_message: Mapped[Words | None]
    error_hint: Mapped[Words | None]
    error_place: Mapped[Words | None]

    created_at: Mapped[CreatedAt]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]

    source: Mapped[Source] = relationship()

    @property
    def is_open(self) -> bool:
        return self.state in (TrialState.QUEUED, TrialState.RUNNING)


class SourceSample(Base):
    """The first records of the source's feed as it was last looked at."""

    __tablename__ = "source_samples"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    # zstd over a JSON list of records, at most 50; secrets masked.
    records: Mapped[bytes] = mapped_column(LargeBinary)
    # Of each path {"path", "presence", "distinct", "most_in_one_record", "guess", "examples"}.
    profile: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    looked_at: Mapped[int] = mapped_column(BigInteger)
    """Of how many records the profile is."""
    taken_at: Mapped[CreatedAt]
