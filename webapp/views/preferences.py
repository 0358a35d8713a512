"""What a person sets for this browser: the theme."""

from flask import Blueprint, abort, current_app, redirect, request
from werkzeug.wrappers import Response

from webapp.access import public
from webapp.htmx import wants_fragment
from webapp.views.redirects import next_page

bp = Blueprint("preferences", __name__)

THEMES = ("light", "dark", "system")
_COOKIE = "theme"
_A_YEAR = 365 * 24 * 3600


def chosen_theme() -> str:
    theme = request.cookies.get(_COOKIE, "")
    return theme if theme in THEMES else "system"


@bp.post("/theme")
@public
def theme() -> Response:
    wanted = request.form.get("theme", "")
    if wanted not in THEMES:
        abort(400)
    response: Response = Response(status=204) if wants_fragment() else redirect(next_page(), 303)
    response.set_cookie(
        _COOKIE,
        wanted,
        max_age=_A_YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response
