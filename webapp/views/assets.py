"""Addresses of static files that change with their content, so that browsers keep them for long."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

_A_YEAR = 365 * 24 * 3600


def asset(filename: str) -> str:
    return _address(filename, current_app.static_folder or "", request.script_root)


# A page names the sprite of its icons seventy times; the files don't change while we run.
@cache
def _address(filename: str, folder: str, script_root: str) -> str:
    version = hashlib.sha256(Path(folder, filename).read_bytes()).hexdigest()[:12]
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
