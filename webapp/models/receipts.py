"""What vendors who ask for it are told about their deliveries."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, CreatedAt, Moment, Words, one_of


class ReceiptState(StrEnum):
    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Receipt(Base):
    """What the vendor is told about a delivery, for those who asked for it."""

    __tablename__ = "receipts"
    __table_args__ = (
        CheckConstraint(one_of("state", ReceiptState), name="state"),
        Index("ix_receipts_due", "due_at", postgresql_where=text("state IN ('due', 'sending')")),
    )

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[Words] = mapped_column(server_default="due", default="due")
    # Raised whenever there is something new to tell: offers that were sent again and settled.
    edition: Mapped[int] = mapped_column(server_default="1", default=1)
    attempt: Mapped[int] = mapped_column(server_default="0", default=0)
    fence: Mapped[int] = mapped_column(server_default="0", default=0)
    lease_until: Mapped[Moment | None]
    due_at: Mapped[Moment | None]
    http_status: Mapped[int | None]
    error: Mapped[Words] = mapped_column(server_default="", default="")
    sent_at: Mapped[Moment | None]
    created_at: Mapped[CreatedAt]
