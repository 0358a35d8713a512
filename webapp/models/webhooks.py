"""The live door of a source: what its vendor signs with, and whether it is shut to strangers."""

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, CreatedAt, Moment, Words
from webapp.models.sources import Source


class Webhook(Base):
    """A source has at most one; it is open as long as it is there."""

    __tablename__ = "webhooks"
    __table_args__ = (UniqueConstraint("public_id"),)

    source_id: Mapped[int] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    # Unguessable, in the address that the vendor is given.
    public_id: Mapped[Words]
    # webapp.webhooks.WebhookSettings: how it is signed, what a body holds, its limits.
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", default=dict)
    # Of the addresses in them that hold a secret, and are masked there: a Fernet token over JSON,
    # {"receipt_url": "https://…"}.
    hidden_addresses: Mapped[Words | None]
    # Fernet token over JSON: [{"secret", "created_at", "valid_until" or null}, …], newest first.
    secrets: Mapped[Words | None]
    # Part of the signed link to the vendor's page: raised, all links given out before are dead.
    guide_version: Mapped[int] = mapped_column(server_default="1", default=1)
    # Fernet token: what receipts are signed with.
    receipt_secret: Mapped[Words | None]
    # Offers worked since the problems of the source were last grouped into issues.
    regroup_due: Mapped[bool] = mapped_column(server_default="false", default=False)
    # The circuit breaker: until when what is not signed rightly is turned away without a record,
    # how often in a row that was decided, and why.
    closed_until: Mapped[Moment | None]
    closings: Mapped[int] = mapped_column(server_default="0", default=0)
    closed_reason: Mapped[Words] = mapped_column(server_default="", default="")
    created_at: Mapped[CreatedAt]

    source: Mapped[Source] = relationship()
