"""Links by which a person sets a first or a new password: signed, for 7 days, for one use."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from webapp.extensions import db
from webapp.models import User

DAYS_VALID = 7


class LinkRefused(Exception):
    """The link is damaged, too old, used, or its person was deactivated."""


def invitation_token(user: User) -> str:
    return _signer().dumps([user.id, user.session_version])


def invited_user(token: str) -> User:
    """:raise LinkRefused: setting a password raises the session version, which ends the link."""
    try:
        id, version = _signer().loads(token, max_age=DAYS_VALID * 24 * 3600)
    except BadSignature as error:
        raise LinkRefused from error
    user = db.session.get(User, id)
    if user is None or not user.is_active or user.session_version != version:
        raise LinkRefused
    return user


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="invitation")
