"""For those who watch from outside: the process lives, it is ready, how much there is to do."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from webapp.access import public
from webapp.config import Config
from webapp.queries.engines import newest_migration, present_migration, valkey_answers
from webapp.views.metrics import OfferdockCollector

bp = Blueprint("health", __name__)

# A proxy on this machine calls from here too, but says for whom.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return _plain("ok\n")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The engines answer and the tables are those of this version."""
    config: Config = current_app.config["OFFERDOCK"]
    present, needed = present_migration(config), newest_migration(config)
    facts = {
        "postgresql": "away" if present is None else "ok",
        "migrations": _migrations(present, needed),
        "valkey": "ok" if valkey_answers(config) else "away",
    }
    is_ready = set(facts.values()) == {"ok"}
    response = jsonify(ready=is_ready, **facts)
    response.headers["Cache-Control"] = "no-store"
    response.status_code = 200 if is_ready else 503
    return response


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Read at each scrape; nothing is kept in this process."""
    _require_scraper()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(OfferdockCollector())
    return _plain(generate_latest(registry).decode(), CONTENT_TYPE_PLAIN_0_0_4)


def _migrations(present: str | None, needed: str) -> str:
    if present is None:
        return "unknown"
    if not present:
        return f"the database is empty, {needed} is needed"
    return "ok" if present == needed else f"the database is at {present}, {needed} is needed"


def _require_scraper() -> None:
    """With a METRICS_TOKEN whoever shows it; without one a program on this machine, and no visitor
    whom a proxy on this machine passes on."""
    config: Config = current_app.config["OFFERDOCK"]
    if config.metrics_token:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), config.metrics_token.encode()):
            abort(Response("", 401, {"WWW-Authenticate": "Bearer"}))
    elif any(name in request.headers for name in FORWARDED) or not _is_this_machine():
        abort(403)


def _is_this_machine() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        # A Unix socket: whoever may use it is on this machine, and a proxy says for whom.
        return not request.remote_addr


def _plain(text: str, content_type: str = "text/plain; charset=utf-8") -> Response:
    return Response(text, 200, {"Content-Type": content_type, "Cache-Control": "no-store"})
