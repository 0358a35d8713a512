"""Deliveries that are worked again on a person's word."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, Count, CreatedAt, Id, Moment, Words, one_of
from webapp.models.sources import Source


class ReplayState(StrEnum):
    OPEN = "open"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Replay(Base):
    """Deliveries that a person has worked again, as they were when it was asked for."""

    __tablename__ = "replays"
    __table_args__ = (
        CheckConstraint(one_of("state", ReplayState), name="state"),
        Index("ix_replays_source_id_id", "source_id", "id"),
        Index("ix_replays_open", "id", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    # Which deliveries: the filters of the list, as the person saw them.
    filters: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}", default=dict)
    state: Mapped[Words] = mapped_column(server_default="open", default="open")
    wanted: Mapped[Count]
    replayed: Mapped[Count]
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[Moment | None]

    source: Mapped[Source] = relationship()
