"""Unsuccessful offer jobs that are sent again on a person's word: which ones is settled at once."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.accounts import Agency
from webapp.models.base import Base, Count, CreatedAt, Id, Moment, Words, one_of
from webapp.models.sources import Source


class RetryState(StrEnum):
    OPEN = "open"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Retry(Base):
    """Offer jobs that a person has sent again; one at a time in an agency."""

    __tablename__ = "retries"
    __table_args__ = (
        CheckConstraint(one_of("state", RetryState), name="state"),
        Index("ix_retries_agency_id_id", "agency_id", "id"),
        Index("uq_retries_open", "agency_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    # None where offers of several sources were chosen.
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    # Which jobs: a run, a delivery, an issue, or the filters of the list of offers.
    filters: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}", default=dict)
    state: Mapped[Words] = mapped_column(server_default="open", default="open")
    wanted: Mapped[Count]
    sent: Mapped[Count]
    # No longer unsuccessful when it was their turn.
    left_alone: Mapped[Count]
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[Moment | None]

    agency: Mapped[Agency] = relationship()
    source: Mapped[Source | None] = relationship()


class RetryJob(Base):
    """One offer job of a retry. The job itself may be forgotten before."""

    __tablename__ = "retry_jobs"
    __table_args__ = (
        Index("ix_retry_jobs_pending", "retry_id", "job_id", postgresql_where=text("sent IS NULL")),
    )

    retry_id: Mapped[int] = mapped_column(
        ForeignKey("retries.id", ondelete="CASCADE"), primary_key=True
    )
    job_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    # None until it was its turn; False when it was left alone.
    sent: Mapped[bool | None]
