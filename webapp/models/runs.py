"""Runs: one reading of a source's feed, from fetch to finish, and what each run saw."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, Count, CreatedAt, Id, Moment, Words, one_of
from webapp.models.sources import Source


class RunState(StrEnum):
    QUEUED = "queued"
    FETCHING = "fetching"
    READING = "reading"
    APPLYING = "applying"
    FINISHED = "finished"
    HELD = "held"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATES = (RunState.QUEUED, RunState.FETCHING, RunState.READING, RunState.APPLYING)


class Trigger(StrEnum):
    SCHEDULE = "schedule"
    MANUAL = "manual"
    FILE = "file"
    UPLOAD = "upload"
    REMAP = "remap"
    """The stored records under a mapping or value map that has changed; nobody asks the vendor."""


class Semantics(StrEnum):
    """What a feed stands for: everything that there is, or only what changed."""

    SNAPSHOT = "snapshot"
    DELTA = "delta"


class Verdict(StrEnum):
    """What the validity gate says of the feed; only a valid one may withdraw offers."""

    VALID = "valid"
    UNCHANGED = "unchanged"
    INCOMPLETE = "incomplete"
    SUSPICIOUS = "suspicious"


class Run(Base):
    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint(one_of("state", RunState), name="state"),
        CheckConstraint(one_of("trigger", Trigger), name="trigger"),
        CheckConstraint(one_of("verdict", Verdict), name="verdict"),
        CheckConstraint(one_of("semantics", Semantics), name="semantics"),
        Index(
            "uq_runs_open",
            "source_id",
            unique=True,
            postgresql_where=text("state IN ('queued', 'fetching', 'reading', 'applying')"),
        ),
        Index("ix_runs_source_id_id", "source_id", "id"),
        Index("ix_runs_agency_id_id", "agency_id", "id"),
        Index("ix_runs_finished_at", "finished_at"),
        Index("ix_runs_upload_id", "upload_id", postgresql_where=text("upload_id IS NOT NULL")),
        Index("ix_runs_held", "id", postgresql_where=text("state = 'held'")),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    trigger: Mapped[Words]
    triggered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    state: Mapped[Words] = mapped_column(server_default="queued", default="queued")
    verdict: Mapped[Words | None]
    # What the validity gate found: [{"code", "seen", "expected"}].
    verdict_reasons: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", default=list
    )
    mapping_id: Mapped[int | None] = mapped_column(BigInteger)
    # Only a snapshot says by silence that an offer is gone.
    semantics: Mapped[Words] = mapped_column(server_default="snapshot", default="snapshot")
    # Instead of the source's location: a file on this machine (`flask import FILE`), or the name
    # of the one that was uploaded.
    file_path: Mapped[Words | None]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("uploads.id", ondelete="SET NULL"))
    # Of a remap: which records, in the form of sources.remap_due.
    remap: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    # A file of another kind than before, held before any of it was used: what differs.
    drift: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    # A person has seen the difference and wants it read.
    accepts_drift: Mapped[bool] = mapped_column(server_default="false", default=False)

    # Claimed by one worker at a time: a later claim has a higher fence and shuts the earlier out.
    fence: Mapped[int] = mapped_column(server_default="0", default=0)
    lease_until: Mapped[Moment | None]
    attempt: Mapped[int] = mapped_column(server_default="0", default=0)
    due_at: Mapped[Moment | None]

    # Orders this run's records against deliveries: microseconds since 1970 at the fetch.
    sequence: Mapped[int | None] = mapped_column(BigInteger)

    # read = unchanged at the reading + staged + refused at the reading + rejected before.
    read: Mapped[Count]
    staged: Mapped[Count]
    settled: Mapped[Count]
    created: Mapped[Count]
    updated: Mapped[Count]
    unchanged: Mapped[Count]
    superseded: Mapped[Count]
    rejected: Mapped[Count]
    failed: Mapped[Count]
    quarantined: Mapped[Count]
    missing: Mapped[Count]
    withdrawn: Mapped[Count]
    held: Mapped[Count]
    # Records that had no id, or one that an earlier record of the feed had.
    unidentified: Mapped[Count]
    declared: Mapped[int | None] = mapped_column(BigInteger)
    # The highest offer job id staged, and the highest that has been announced to the queue.
    staged_id: Mapped[Count]
    announced_id: Mapped[Count]

    http_status: Mapped[int | None]
    etag: Mapped[Words | None]
    last_modified: Mapped[Words | None]
    content_sha256: Mapped[Words | None]
    bytes: Mapped[Count]
    # Bytes of the feed read so far, for the progress bar.
    bytes_read: Mapped[Count]
    # Feeds of changes in several files: which one this run reads, and how many newer ones wait.
    file_mark: Mapped[Words | None]
    files_left: Mapped[Count]

    # The timeline: [{"name", "started_at", "finished_at", "detail"}].
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]", default=list)
    error_code: Mapped[Words | None]
    error_message: Mapped[Words | None]
    error_hint: Mapped[Words | None]
    error_place: Mapped[Words | None]

    # Who settled a hold, how and when.
    decision: Mapped[Words | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[Moment | None]

    created_at: Mapped[CreatedAt]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]

    source: Mapped[Source] = relationship()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class RunSeen(Base):
    """Every external id a run has read: finds duplicates and, at the finish, what is absent.

    Unlogged: after a crash of PostgreSQL it is empty, its count differs from what the run read, and
    the run counts as incomplete, so that nothing is withdrawn on its word.
    """

    __tablename__ = "run_seen"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    run_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    external_id: Mapped[str] = mapped_column(Text, primary_key=True)


class RunRemoval(Base):
    """An offer that a run would withdraw: the list a person approves or discards on a hold."""

    __tablename__ = "run_removals"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    offer_id: Mapped[int] = mapped_column(
        ForeignKey("offers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
