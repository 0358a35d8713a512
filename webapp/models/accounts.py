"""Agencies (the tenants) and the people who work in them."""

from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, CreatedAt, Id, Moment, Words, one_of


class Role(StrEnum):
    ADMIN = "admin"
    AGENT = "agent"
    VIEWER = "viewer"


class Agency(Base):
    __tablename__ = "agencies"

    id: Mapped[Id]
    slug: Mapped[Words] = mapped_column(unique=True)
    name: Mapped[Words]
    created_at: Mapped[CreatedAt]


class User(UserMixin, Base):
    """A person. Admins belong to no agency and see all of them; everyone else sees one."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint("(role = 'admin') = (agency_id IS NULL)", name="admins_have_no_agency"),
        Index("uq_users_email_lower", text("lower(email)"), unique=True),
    )

    id: Mapped[Id]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    email: Mapped[Words]
    name: Mapped[Words]
    role: Mapped[Words]
    # NULL until the invitation is accepted.
    password_hash: Mapped[Words | None]
    # Rises with every password change, so that older sessions and links stop working.
    session_version: Mapped[int] = mapped_column(server_default="1", default=1)
    deactivated_at: Mapped[Moment | None]
    last_login_at: Mapped[Moment | None]
    created_at: Mapped[CreatedAt]

    agency: Mapped[Agency | None] = relationship()

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def can_edit(self) -> bool:
        return self.role in (Role.ADMIN, Role.AGENT)

    def get_id(self) -> str:
        return f"{self.id}:{self.session_version}"
