"""Mappings while people work on them: a source's draft, every step of it kept for undo, and the
mappings an agency has put aside as presets of its own."""

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.accounts import Agency, User
from webapp.models.base import Base, CreatedAt, Id, Words


class MappingDraft(Base):
    """One a source, shared by everyone who edits it; gone once it is saved or discarded."""

    __tablename__ = "mapping_drafts"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    # The version it was begun from; None for a source that has none yet.
    based_on: Mapped[int | None] = mapped_column(ForeignKey("mappings.id", ondelete="SET NULL"))
    # The step in force: undo and redo move it. An edit is refused when it was made from another.
    step: Mapped[int]


class DraftStep(Base):
    """The whole document after one edit; steps behind the one in force can be redone."""

    __tablename__ = "draft_steps"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("mapping_drafts.source_id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # In words for the list of steps, such as “town from address.city”.
    change: Mapped[Words]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[CreatedAt]

    user: Mapped[User | None] = relationship()


class OwnPreset(Base):
    """A mapping that an agency uses for several sources."""

    __tablename__ = "own_presets"
    __table_args__ = (UniqueConstraint("agency_id", "slug"),)

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    slug: Mapped[Words]
    title: Mapped[Words]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]

    agency: Mapped[Agency] = relationship()
    author: Mapped[User | None] = relationship()
