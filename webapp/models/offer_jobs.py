"""The queue of record: one row an offer job, and the raw records they carry."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, CreatedAt, Id, Moment, Words, one_of


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    RETRY_DUE = "retry_due"
    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"


UNSETTLED_STATES = (JobState.QUEUED, JobState.RUNNING, JobState.RETRY_DUE)
# What a person may send again.
RETRYABLE_STATES = (JobState.REJECTED, JobState.FAILED, JobState.QUARANTINED)


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class OfferJob(Base):
    """One record to be applied to one offer. Small on purpose: it is updated twice."""

    __tablename__ = "offer_jobs"
    __table_args__ = (
        CheckConstraint(one_of("state", JobState), name="state"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        CheckConstraint("num_nonnulls(run_id, delivery_id) = 1", name="origin"),
        Index("ix_offer_jobs_run_id_id", "run_id", "id"),
        Index(
            "ix_offer_jobs_delivery_id_id",
            "delivery_id",
            "id",
            postgresql_where=text("delivery_id IS NOT NULL"),
        ),
        Index("ix_offer_jobs_source_external", "source_id", "external_id"),
        # No index names `state`: taking a job up then stays a cheap, heap-only update.
        Index("ix_offer_jobs_unsettled", "id", postgresql_where=text("settled_at IS NULL")),
        Index(
            "ix_offer_jobs_problematic",
            "run_id",
            "id",
            postgresql_where=text("error_code IS NOT NULL"),
        ),
        # A turn takes up all rows of a page: with as much room again, each new version stays there.
        {"postgresql_with": {"fillfactor": "45"}},
    )

    id: Mapped[Id]
    # It came with a run, or with a delivery.
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    source_id: Mapped[int] = mapped_column(BigInteger)
    external_id: Mapped[Words]
    # Newer wins: microseconds since 1970 at which the vendor's state was taken.
    sequence: Mapped[int] = mapped_column(BigInteger)
    # The vendor's own number of the state, or its time in microseconds since 1970, where a webhook
    # tells it: between two records that have one it decides instead of the sequence.
    version: Mapped[int | None] = mapped_column(BigInteger)
    # Which record of the feed or delivery, counted from 1, and the line it starts on.
    position: Mapped[int]
    line: Mapped[int | None]
    raw_hash: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[Words] = mapped_column(server_default="queued", default="queued")
    outcome: Mapped[Words | None]
    attempt: Mapped[int] = mapped_column(server_default="0", default=0)
    fence: Mapped[int] = mapped_column(server_default="0", default=0)
    # A worker died on this job while it shared the turn with others: it runs alone from then on.
    suspect: Mapped[bool] = mapped_column(server_default="false", default=False)
    # How often a worker died while this job ran alone.
    deaths: Mapped[int] = mapped_column(server_default="0", default=0)
    lease_until: Mapped[Moment | None]
    due_at: Mapped[Moment | None]
    error_code: Mapped[Words | None]
    error_message: Mapped[Words | None]
    created_at: Mapped[CreatedAt]
    settled_at: Mapped[Moment | None]


class OfferRecord(Base):
    """A raw record as the vendor sent it (zstd over JSON), under the id of the job it came with."""

    __tablename__ = "offer_records"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    payload: Mapped[bytes] = mapped_column(LargeBinary)


class Rejection(Base):
    """The record last refused for an id: not tried again until it or the mapping changes."""

    __tablename__ = "rejections"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    external_id: Mapped[Words] = mapped_column(primary_key=True)
    raw_hash: Mapped[bytes] = mapped_column(LargeBinary)
    mapping_id: Mapped[int] = mapped_column(BigInteger)
    job_id: Mapped[int] = mapped_column(BigInteger)
