"""Who changed what: every change and action of a person, with what was before and after."""

from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.accounts import Agency, User
from webapp.models.base import Base, CreatedAt, Id, Words
from webapp.models.sources import Source


class AuditEntry(Base):
    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_source_id_id", "source_id", "id"),
        Index("ix_audit_log_agency_id_id", "agency_id", "id"),
        Index("ix_audit_log_user_id_agency_id_id", "user_id", "agency_id", "id"),
    )

    id: Mapped[Id]
    # None: it was done to Offerdock itself.
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    # What was done to a source is kept when the source is deleted.
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="SET NULL"))
    # As it was called then; all entries of a deleted one have its last name. "" without a source.
    source_name: Mapped[Words] = mapped_column(server_default="", default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    # Such as source_paused, mapping_saved, value_mapped: webapp/services/audit.py has them all.
    action: Mapped[Words]
    # {"before": …, "after": …} and the like; never a secret.
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", default=dict)
    at: Mapped[CreatedAt]

    agency: Mapped[Agency | None] = relationship()
    source: Mapped[Source | None] = relationship()
    user: Mapped[User | None] = relationship()
