"""Problems: what is wrong with the latest record of an offer, or with a run's feed."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, CreatedAt, Id, Words, one_of


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


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
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    # Instead of a run. Problems outlive the delivery they came with.
    delivery_id: Mapped[int | None] = mapped_column(BigInteger)
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
