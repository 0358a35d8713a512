"""Problems (what is wrong now, per record or run) and the issues that group equal ones."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, Count, CreatedAt, Id, Moment, Words, one_of
from webapp.models.sources import Source


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class IssueState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


class OfferProblem(Base):
    """What is wrong with the latest record of one external id (empty id: with the run's feed)."""

    __tablename__ = "problems"
    __table_args__ = (
        CheckConstraint(one_of("severity", Severity), name="severity"),
        Index("ix_problems_source_external", "source_id", "external_id"),
        Index("ix_problems_source_group", "source_id", "code", "field"),
        Index("ix_problems_run_id", "run_id"),
    )

    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    external_id: Mapped[Words]
    position: Mapped[int]
    line: Mapped[int | None]
    code: Mapped[Words]
    severity: Mapped[Words]
    field: Mapped[Words]
    raw: Mapped[Words]
    message: Mapped[Words]
    created_at: Mapped[CreatedAt]


class Issue(Base):
    """Equal problems of one source (source × code × field)."""

    __tablename__ = "issues"
    __table_args__ = (
        UniqueConstraint("source_id", "code", "field"),
        CheckConstraint(one_of("severity", Severity), name="severity"),
        CheckConstraint(one_of("state", IssueState), name="state"),
    )

    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    code: Mapped[Words]
    field: Mapped[Words]
    severity: Mapped[Words]
    state: Mapped[Words] = mapped_column(server_default="open", default="open")
    # Offers affected at the finish of the last run.
    affected: Mapped[Count]
    sample_raw: Mapped[Words] = mapped_column(server_default="", default="")
    first_seen_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    last_run_id: Mapped[int | None] = mapped_column(BigInteger)

    source: Mapped[Source] = relationship()
