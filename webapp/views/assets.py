"""Addresses of static files that change with their content, so that browsers keep them for long."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

_A_YEAR = 365 * 24 * 3600


@cache
def _fingerprint(path: Path, modified_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    path = Path(current_app.static_folder or "") / filename
    version = _fingerprint(path, path.stat().st_mtime_ns)
    return url_for("static", filename=filename, v=version)


def keep_for_long(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code < 400:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = _A_YEAR
        response.cache_control.immutable = True
    return response


def register(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
    app.after_request(keep_for_long)
