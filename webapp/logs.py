"""Log lines of web and workers: for eyes on a console, or one JSON object a line; with the ids of
the request, run, job and source at hand, whoever writes the line."""

import logging
import os

from flask import Flask, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import (
    EventRenamer,
    JSONRenderer,
    TimeStamper,
    format_exc_info,
)
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.types import Processor
from werkzeug.wrappers import Response

REQUEST_ID_HEADER = "X-Request-ID"


def log_to_stderr(log_format: str) -> None:
    """From here on every logger of the process; again is harmless."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(log_format))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def formatter(log_format: str) -> ProcessorFormatter:
    """`log_format` is "json" or "console"."""
    facts: list[Processor] = [
        merge_contextvars,
        add_log_level,
        add_logger_name,
        ExtraAdder(),
        TimeStamper(fmt="iso", utc=True),
    ]
    look: list[Processor] = [
        ConsoleRenderer(
            colors=False,
            pad_event_to=0,
            # Without the values of variables: they are people's data, and vendors' passwords.
            exception_formatter=plain_traceback,
        )
    ]
    if log_format == "json":
        look = [format_exc_info, EventRenamer("message"), JSONRenderer()]
    return ProcessorFormatter(
        foreign_pre_chain=facts,
        processors=[ProcessorFormatter.remove_processors_meta, *look],
    )


def register(app: Flask) -> None:
    # First in line, so that every line of the request has its id.
    app.before_request_funcs.setdefault(None, []).insert(0, _begin_request)
    app.after_request(_name_request)


def _begin_request() -> None:
    # What the thread's last request was is kept until now: the line about it is written at its end.
    clear_contextvars()
    g.request_id = os.urandom(8).hex()
    bind_contextvars(request=g.request_id, endpoint=request.endpoint)


def _name_request(response: Response) -> Response:
    if "request_id" in g:
        response.headers[REQUEST_ID_HEADER] = g.request_id
    return response
