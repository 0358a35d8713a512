"""The vendor's words for types, deals, places …: which there are, and what a person said that they
mean. What a person said wins over the mapping's own tables."""

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, Count, CreatedAt, Words


class ValueDecision(Base):
    """One row of a source's own value map: `code` is None for a word that means nothing."""

    __tablename__ = "value_decisions"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    # The name of the mapping's table; of a rule that has none, the field.
    value_table: Mapped[Words] = mapped_column(primary_key=True)
    # Casefolded.
    word: Mapped[Words] = mapped_column(primary_key=True)
    # As the vendor wrote it.
    raw: Mapped[Words]
    code: Mapped[Words | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[CreatedAt]


class CountedValue(Base):
    """How many of the source's records hold a word, as last counted."""

    __tablename__ = "counted_values"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    value_table: Mapped[Words] = mapped_column(primary_key=True)
    word: Mapped[Words] = mapped_column(primary_key=True)
    raw: Mapped[Words]
    records: Mapped[Count]
    # External ids of the first few.
    examples: Mapped[list[str]] = mapped_column(JSONB, server_default="[]", default=list)
    first_seen_at: Mapped[CreatedAt]
