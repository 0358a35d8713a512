"""Writing people and agencies: logging in, inviting, changing roles, deactivating."""

import re

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from webapp.extensions import db
from webapp.models import Agency, Role, User, utc_now
from webapp.services.passwords import hash_password, verify_password
from webapp.slugs import free_slug

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_LONGEST_EMAIL = 254


class AccountRefused(Exception):
    """What was asked can't be done; `field` names the input to correct, the message says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def authenticate(email: str, password: str) -> User | None:
    """The person, when everything fits; takes the same time when nothing does."""
    user: User | None = db.session.scalar(
        select(User).where(func.lower(User.email) == clean_email(email))
    )
    matches, fresh_hash = verify_password(password, user.password_hash if user else None)
    if user is None or not matches or not user.is_active:
        return None
    if fresh_hash:
        user.password_hash = fresh_hash
    user.last_login_at = utc_now()
    db.session.flush()
    return user


def clean_email(email: str) -> str:
    """PostgreSQL knows no NUL."""
    return email.replace("\0", "").strip().lower()


def add_user(email: str, name: str, role: Role, agency: Agency | None) -> User:
    """A person without a password yet.

    :raise AccountRefused: bad or taken address, no name, or role and agency don't go together.
    """
    email = clean_email(email)
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise AccountRefused("email", _("“%(email)s” is not an email address.", email=email))
    if not name.strip():
        raise AccountRefused("name", _("Give the person’s name."))
    user = User(email=email, name=name.strip(), session_version=1)
    _assign(user, role, agency)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as error:
        raise AccountRefused(
            "email", _("Someone with the address %(email)s is here already.", email=email)
        ) from error
    return user


def set_password(user: User, password: str) -> None:
    """Ends every session and link that was made before."""
    user.password_hash = hash_password(password)
    user.session_version += 1
    db.session.flush()


def change_role(user: User, role: Role, agency: Agency | None) -> None:
    """:raise AccountRefused: nobody would be left to administer, or no agency was chosen."""
    if role != Role.ADMIN:
        _keep_one_admin(user, "role")
    _assign(user, role, agency)
    db.session.flush()


def deactivate(user: User) -> None:
    """Ends the person's sessions and links at once; nothing of theirs is deleted.

    :raise AccountRefused: nobody would be left to administer.
    """
    _keep_one_admin(user, "role")
    user.deactivated_at = utc_now()
    user.session_version += 1
    db.session.flush()


def reactivate(user: User) -> None:
    user.deactivated_at = None
    db.session.flush()


def create_agency(name: str) -> Agency:
    """:raise AccountRefused: no name, or an agency of that name is here."""
    name = " ".join(name.split())
    if not name:
        raise AccountRefused("name", _("Give the agency’s name."))
    if db.session.scalar(select(Agency.id).where(func.lower(Agency.name) == name.lower())):
        raise AccountRefused("name", _("An agency called “%(name)s” is here already.", name=name))
    taken = set(db.session.scalars(select(Agency.slug)))
    agency = Agency(name=name, slug=free_slug(name, taken, fallback="agency"))
    db.session.add(agency)
    db.session.flush()
    return agency


def _assign(user: User, role: Role, agency: Agency | None) -> None:
    if role != Role.ADMIN and agency is None:
        raise AccountRefused("agency", _("Choose the agency this person works for."))
    user.role = role
    user.agency_id = None if role == Role.ADMIN or agency is None else agency.id


def _keep_one_admin(user: User, field: str) -> None:
    """Locks the admins, so that two of them can't remove each other at the same moment."""
    active = db.session.scalars(
        select(User.id)
        .where(User.role == Role.ADMIN, User.deactivated_at.is_(None))
        .order_by(User.id)
        .with_for_update()
    ).all()
    if list(active) == [user.id]:
        raise AccountRefused(
            field,
            _("%(name)s is the only admin. Make someone else an admin first.", name=user.name),
        )
