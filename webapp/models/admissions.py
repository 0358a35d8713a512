"""Refused deliveries that a person accepted after all."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.accounts import User
from webapp.models.base import Base, CreatedAt, Words


class Admission(Base):
    """Who answers for a delivery that nothing else proves, or that came while it was not wanted."""

    __tablename__ = "admissions"

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    admitted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    # The cause it had been refused for.
    refused_for: Mapped[Words]
    created_at: Mapped[CreatedAt]

    person: Mapped[User | None] = relationship()
