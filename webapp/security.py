"""Headers and checks that every answer and every unsafe request passes."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp import access, htmx
from webapp.config import Config
from webapp.extensions import login

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Not "no-referrer": with it browsers send our own forms under the origin "null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# The largest form a person sends.
MAX_FORM_BYTES = 2 * 1024**2


def harden(app: Flask, config: Config) -> None:
    is_https = config.public_url.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        # Else an answer that was under way during a logout would bring the session back.
        SESSION_REFRESH_EACH_REQUEST=False,
        # The prefix makes browsers refuse the cookie from a sub-domain or over http.
        SESSION_COOKIE_NAME="__Host-offerdock" if is_https else "offerdock",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        # A page may stay open for a day; the token still ends with the session.
        WTF_CSRF_TIME_LIMIT=None,
        # The cross-site check below reads Origin, which covers http as well.
        WTF_CSRF_SSL_STRICT=False,
    )
    login.user_loader(access.load_person)
    # First in line: before the token is looked at and before the session is trusted.
    app.before_request_funcs.setdefault(None, []).insert(0, refuse_cross_site)
    app.before_request(access.require_login)
    app.after_request(htmx.answer_headers)
    app.after_request(add_headers)


def refuse_cross_site() -> None:
    """:raise 403: another site's page sends this request in the person's name."""
    if request.method in SAFE_METHODS or request.blueprint == "door" or not _is_cross_site():
        return
    abort(403, _("This request came from another site and was refused. Nothing was changed."))


def _is_cross_site() -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        # No browser of today: no foreign page can make one send this. The token still counts.
        return False
    config: Config = current_app.config["OFFERDOCK"]
    return urlsplit(origin).netloc not in {request.host, urlsplit(config.public_url).netloc}


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
