"""Issues: equal problems of one source as one thing to work on, with what people do about it."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.accounts import User
from webapp.models.base import Base, Count, CreatedAt, Id, Moment, Words, one_of
from webapp.models.problems import Severity
from webapp.models.sources import Source


class IssueState(StrEnum):
    OPEN = "open"
    ESCALATING = "escalating"
    """It grew fast, or beyond what a person said may be ignored."""
    REGRESSED = "regressed"
    """It had been resolved, and is back."""
    IGNORED = "ignored"
    RESOLVED = "resolved"


# Those that somebody has to look at.
ACTIVE_STATES = (IssueState.OPEN, IssueState.ESCALATING, IssueState.REGRESSED)


class Issue(Base):
    """Equal problems of one source (source × code × field)."""

    __tablename__ = "issues"
    __table_args__ = (
        UniqueConstraint("source_id", "code", "field"),
        CheckConstraint(one_of("severity", Severity), name="severity"),
        CheckConstraint(one_of("state", IssueState), name="state"),
        Index(
            "ix_issues_active",
            "source_id",
            postgresql_where=text("state IN ('open', 'escalating', 'regressed')"),
        ),
    )

    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    code: Mapped[Words]
    field: Mapped[Words]
    severity: Mapped[Words]
    state: Mapped[Words] = mapped_column(server_default="open", default="open")
    # Since when it is in this state, and who put it there; nobody, where it got there by itself.
    state_since: Mapped[CreatedAt]
    state_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    # Records affected when problems were last grouped, and how many the source had in all.
    affected: Mapped[Count]
    records: Mapped[Count]
    sample_raw: Mapped[Words] = mapped_column(server_default="", default="")
    first_seen_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    last_run_id: Mapped[int | None] = mapped_column(BigInteger)

    # Ignored until the moment, or until more records are affected than that, or a larger share of
    # them; with none of the three, for good.
    ignored_until: Mapped[Moment | None]
    ignored_above: Mapped[int | None] = mapped_column(BigInteger)
    ignored_share: Mapped[float | None]
    # Of an escalating one: how many were affected before it grew.
    escalated_from: Mapped[int | None] = mapped_column(BigInteger)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    source: Mapped[Source] = relationship()
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    state_by: Mapped[User | None] = relationship(foreign_keys=[state_by_id])

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE_STATES

    @property
    def share(self) -> float | None:
        """Of the source's records; None while nobody knows how many there are."""
        return self.affected / self.records if self.records else None


class IssueDay(Base):
    """How many records an issue affected at the last grouping of a day, for its trend."""

    __tablename__ = "issue_days"
    __table_args__ = (Index("ix_issue_days_day", "day"),)

    issue_id: Mapped[int] = mapped_column(
        ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    affected: Mapped[Count]


class IssueComment(Base):
    __tablename__ = "issue_comments"
    __table_args__ = (Index("ix_issue_comments_issue_id_id", "issue_id", "id"),)

    id: Mapped[Id]
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    text: Mapped[Words]
    at: Mapped[CreatedAt]

    user: Mapped[User | None] = relationship()
