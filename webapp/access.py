"""The one place that decides who sees and does what: whatever a page reads passes `scope`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, select
from structlog.contextvars import bind_contextvars

from webapp.config import Config
from webapp.extensions import db, login
from webapp.models import (
    LARGEST_ID,
    Agency,
    Base,
    Delivery,
    Issue,
    NotificationChannel,
    NotificationRule,
    Offer,
    OwnPreset,
    Replay,
    Retry,
    Run,
    Source,
    Trial,
    User,
)

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T", bound=Base)
S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def signed_in() -> User:
    """The person of this request.

    :raise 401: nobody is logged in.
    """
    if not current_user.is_authenticated:
        abort(401)
    return cast(User, current_user._get_current_object())


def scope(statement: S, model: type[Base]) -> S:
    """The statement, held to rows of `model` that belong to the person's agency."""
    person = signed_in()
    if person.is_admin:
        return statement
    columns = model.__table__.columns
    if model is Agency:
        return statement.where(columns["id"] == person.agency_id)
    if "agency_id" in columns:
        return statement.where(columns["agency_id"] == person.agency_id)
    own_sources = select(Source.id).where(Source.agency_id == person.agency_id)
    return statement.where(columns["source_id"].in_(own_sources))


def visible_agencies() -> list[Agency]:
    return list(db.session.scalars(scope(select(Agency).order_by(Agency.name), Agency)))


def source_or_404(id: int) -> Source:
    return _own_or_404(Source, id)


def run_or_404(id: int) -> Run:
    words = _(
        "There is no such run here. Old runs are forgotten; their changes stay with the offers."
    )
    return _own_or_404(Run, id, words)


def delivery_or_404(id: int) -> Delivery:
    config: Config = current_app.config["OFFERDOCK"]
    words = _(
        "There is no such delivery here. Deliveries are kept for %(days)s days, refused ones for "
        "%(refused_days)s; what is older is gone since. Its changes stay with the offers.",
        days=config.delivery_days,
        refused_days=config.refused_delivery_days,
    )
    return _own_or_404(Delivery, id, words)


def replay_or_404(id: int) -> Replay:
    return _own_or_404(Replay, id)


def retry_or_404(id: int) -> Retry:
    words = _(
        "There is no such retry here. Old ones are forgotten; the activity log still tells who "
        "asked for them."
    )
    return _own_or_404(Retry, id, words)


def offer_or_404(id: int) -> Offer:
    return _own_or_404(Offer, id)


def trial_or_404(id: int) -> Trial:
    return _own_or_404(Trial, id)


def issue_or_404(id: int) -> Issue:
    return _own_or_404(Issue, id)


def channel_or_404(id: int) -> NotificationChannel:
    return _own_or_404(NotificationChannel, id)


def rule_or_404(id: int) -> NotificationRule:
    return _own_or_404(NotificationRule, id)


def own_preset_or_404(id: int) -> OwnPreset:
    return _own_or_404(OwnPreset, id)


def _own_or_404(model: type[T], id: int, words: str | None = None) -> T:
    """:raise 404: there is no such row, or it is another agency's."""
    if id > LARGEST_ID:
        abort(404, words)
    row = db.session.scalar(scope(select(model).where(model.__table__.columns["id"] == id), model))
    if row is None:
        abort(404, words)
    bind_contextvars(**{model.__name__.lower(): id})
    if source := getattr(row, "source_id", None):
        bind_contextvars(source=source)
    return row


def editors_only(view: F) -> F:
    """Agents and admins pass; viewers get 403."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not signed_in().can_edit:
            abort(403)
        return view(*args, **kwargs)

    return cast(F, guarded)


def admins_only(view: F) -> F:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not signed_in().is_admin:
            abort(403)
        return view(*args, **kwargs)

    return cast(F, guarded)


def public(view: F) -> F:
    """Everyone may call this view; all others need a login (`require_login`)."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def require_login() -> ResponseReturnValue | None:
    """Runs before every request: what isn't marked public is closed."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "is_public", False) or current_user.is_authenticated:
        return None
    return cast(ResponseReturnValue, login.unauthorized())


def load_person(session_id: str) -> User | None:
    """The user of a session, unless deactivated or the password has changed since."""
    id, _, version = session_id.partition(":")
    if not (id.isdecimal() and version.isdecimal()):
        return None
    person = db.session.get(User, int(id))
    if person is None or not person.is_active or person.session_version != int(version):
        return None
    return person
