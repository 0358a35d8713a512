"""Faults: unexpected exceptions met while a source's records were worked, for admins alone."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, Count, Id, Moment, Words


class Fault(Base):
    """One kind of fault of one source: by the problem it became, by what was raised, and where."""

    __tablename__ = "faults"
    __table_args__ = (
        UniqueConstraint("source_id", "code", "exception", "place"),
        Index("ix_faults_last_seen_at", "last_seen_at"),
    )

    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    code: Mapped[Words]
    exception: Mapped[Words]
    # The innermost function of ours, with its file.
    place: Mapped[Words]
    # As it was met last, without secrets.
    message: Mapped[Words]
    traceback: Mapped[Words]
    # None where Sentry isn't told.
    sentry_event_id: Mapped[Words | None]
    times: Mapped[Count]
    first_seen_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
