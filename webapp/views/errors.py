"""Refusals and failures as pages in the usual frame: what happened and what to do, no traceback."""

import logging
from typing import cast

from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from webapp.extensions import db, login
from webapp.htmx import wants_fragment
from webapp.views.uploads import ENDPOINTS, words_for_too_large

log = logging.getLogger(__name__)

RETRY_SECONDS = 10


def words_for(code: int) -> tuple[str, str]:
    """The title of the page, and what to do."""
    known = {
        400: (
            _("This request makes no sense here"),
            _("Go back, reload the page and try again."),
        ),
        403: (
            _("You may not do this"),
            _("Your role doesn’t allow it. An admin can change that."),
        ),
        404: (
            _("There is nothing here"),
            _("The address is wrong, or the thing was deleted, or it isn’t your agency’s."),
        ),
        405: (
            _("This page can’t be used that way"),
            _("Go back and use the buttons of the page."),
        ),
        413: (
            _("That is too large"),
            words_for_too_large() if request.endpoint in ENDPOINTS else _("Send less at once."),
        ),
        422: (
            _("Something in the form isn’t right"),
            _("Go back, correct it and send it again."),
        ),
        429: (_("Too many requests"), _("Wait a minute, then try again.")),
        503: (
            _("The database can’t be reached"),
            _("Nothing is lost: imports go on by themselves once it is back. Reload in a moment."),
        ),
    }
    return known.get(
        code,
        (
            _("Something went wrong on our side"),
            _("It was written to the log. Try again; if it stays, tell your administrator."),
        ),
    )


def refused(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400 or error.response is not None:
        return error
    if code == 401:
        return cast(ResponseReturnValue, login.unauthorized())
    own_words = error.description if error.description != type(error).description else None
    response = _answer(code, own_words)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def malformed(_error: ParseException) -> Response:
    """gunicorn reads a body while we ask for it, and only then sees that it isn't HTTP."""
    return _answer(400)


def form_expired(error: CSRFError) -> Response:
    return _answer(400, _("This form is too old. Go back, reload the page and send it again."))


def database_away(error: OperationalError | InterfaceError) -> Response:
    log.error("The database can't be reached: %s", error.orig)
    _forget_person()
    response = _answer(503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def failed(error: Exception) -> Response:
    """What nobody foresaw; the log and Sentry have the traceback."""
    _forget_person()
    return _answer(500)


def _answer(code: int, own_words: str | None = None) -> Response:
    """The page; for htmx one plain sentence, which app.js shows as a toast."""
    title, advice = words_for(code)
    text = own_words or advice
    if wants_fragment():
        return Response(f"{title}. {text}", code, mimetype="text/plain")
    is_upload = code == 413 and request.endpoint in ENDPOINTS
    page = render_template(
        "errors/error.html",
        code=code,
        title=title,
        text=text,
        again=request.path if is_upload else None,
    )
    return Response(page, code, mimetype="text/html")


def _forget_person() -> None:
    """The frame asks who is logged in; here that question must not reach the database again."""
    db.session.remove()
    g._login_user = login.anonymous_user()


def register(app: Flask) -> None:
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(ParseException, malformed)
    app.register_error_handler(CSRFError, form_expired)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(InterfaceError, database_away)
    app.register_error_handler(500, failed)
