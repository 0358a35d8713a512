"""Who changed what: every change and action of a person, with what was before and after."""

from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.accounts import User
from webapp.models.base import Base, CreatedAt, Id, Words


class AuditEntry(Base):
    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_source_id_id", "source_id", "id"),)

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    # What was done to a source is kept when the source is deleted.
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    # Such as source_paused, mapping_saved, value_mapped: webapp/services/audit.py has them all.
    action: Mapped[Words]
    # {"before": …, "after": …} and the like; never a secret.
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", default=dict)
    at: Mapped[CreatedAt]

    user: Mapped[User | None] = relationship()
