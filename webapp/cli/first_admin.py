"""The first admin of an installation: with a known password on the embedded engines of this
machine alone, with a link to choose one anywhere else."""

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.models import Role, User
from webapp.services.accounts import add_user, set_password
from webapp.services.invitations import invitation_token
from webapp.services.passwords import verify_password

EMAIL = "admin@offerdock.example"
DEMO_PASSWORD = "harbour lights"


def demo_admin() -> str:
    """Make the admin of the embedded engines; returns how to log in. Flushes."""
    admin = _admin()
    if admin.password_hash is None:
        set_password(admin, DEMO_PASSWORD)
    is_known, _ = verify_password(DEMO_PASSWORD, admin.password_hash)
    password = DEMO_PASSWORD if is_known else "(the one you chose)"
    return f"Log in:    {EMAIL}\nPassword:  {password}"


def invited_admin(address: str) -> str:
    """Make an admin without a password while nobody can log in; returns how to. Flushes."""
    someone = select(User.id).where(
        User.role == Role.ADMIN, User.password_hash.is_not(None), User.deactivated_at.is_(None)
    )
    if db.session.scalar(someone.limit(1)) is not None:
        return "Log in:    with your account"
    link = f"{address}/invitation?token={invitation_token(_admin())}"
    return f"Choose the first admin's password here; the link works once and for 7 days:\n{link}"


def _admin() -> User:
    known = db.session.scalar(select(User).where(func.lower(User.email) == EMAIL))
    return known or add_user(EMAIL, "Admin", Role.ADMIN, None)
