"""Log lines as JSON: each says which request, run, job and source it is about."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config
from redis import Redis
from rq import SimpleWorker
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import EnvironBuilder

from tests.factories import make_run, make_source
from tests.people import log_in, make_admin, make_agency
from webapp import queues
from webapp.config import REPOSITORY
from webapp.gunicorn_log import GunicornLogger
from webapp.logs import formatter
from webapp.models import RunState

Db = scoped_session[Session]


class ListHandler(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage())


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged meanwhile, as JSON."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter("json"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def parsed(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_of_a_request_names_the_request_its_page_and_the_source(
    app: Flask, session: Db, client: FlaskClient, lines: io.StringIO
) -> None:
    run = make_run(make_source(make_agency()))
    session.commit()
    log_in(client, make_admin())
    view = app.view_functions["runs.show"]

    def shown(**arguments: Any) -> Any:
        page = view(**arguments)
        logging.getLogger("webapp.views.runs").warning("Shown with %d words.", 3)
        return page

    app.view_functions["runs.show"] = shown
    try:
        answer = client.get(f"/runs/{run.id}")
    finally:
        app.view_functions["runs.show"] = view
    [line] = parsed(lines)
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["endpoint"], line["run"], line["source"]) == (
        "runs.show", run.id, run.source_id,
    )  # fmt: skip
    assert (line["message"], line["level"]) == ("Shown with 3 words.", "warning")
    assert line["timestamp"].endswith("Z")


def test_two_requests_have_two_ids(client: FlaskClient) -> None:
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert first != second


def test_a_line_of_a_job_names_the_run_the_source_and_the_job(
    session: Db, valkey: Redis, lines: io.StringIO
) -> None:
    source = make_source(make_agency(), location="https://127.0.0.1:1/feed.xml")
    run = make_run(source, RunState.QUEUED)
    # Something of ours fails that nobody foresaw.
    run.remap, run.trigger = {"values": 7}, "remap"
    session.flush()
    run_id, source_id = run.id, source.id
    queues.enqueue_after_commit(
        session(), queues.IMPORTS, queues.IMPORT_RUN, run_id, job_id=f"run-{run_id}"
    )
    session.commit()
    SimpleWorker([queues.queue(queues.IMPORTS)], connection=valkey).work(burst=True)
    about = [line for line in parsed(lines) if line["logger"] == "jobs.faults"]
    assert [(line["run"], line["source"], line["job"]) for line in about] == [
        (run_id, source_id, f"run-{run_id}")
    ]
    assert "Traceback" in about[0]["exception"]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_gunicorn_writes_in_the_same_shape(
    app: Flask, engines: dict[str, str], log_format: str
) -> None:
    command = [
        sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app",
        "--bind=127.0.0.1:0", "--worker-tmp-dir=/tmp",
    ]  # fmt: skip
    env = {**os.environ, **engines, "LOG_FORMAT": log_format}
    with subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            listening = next(line for line in server.stdout if "Listening at" in line)
            found = re.search(r"http://[\d.:]+", listening)
            assert found
            with urlopen(f"{found[0]}/healthz") as answer:
                request = answer.headers["X-Request-ID"]
            access = next(line for line in server.stdout if "/healthz" in line)
        finally:
            server.terminate()
    if log_format == "json":
        assert json.loads(listening)["logger"] == "gunicorn.error"
        assert json.loads(access)["request"] == request
        assert json.loads(access)["message"].startswith('127.0.0.1 "GET /healthz" 200 3 bytes')
    else:
        assert f"request={request}" in access


def test_of_a_webhook_only_what_was_not_acknowledged_is_an_access_line() -> None:
    """The rest stands in its log of deliveries, and costs a door its time."""
    config = Config()
    config.set("accesslog", "-")
    logger = GunicornLogger(config)
    lines: list[str] = []
    logger.access_log.handlers = [ListHandler(lines)]
    for path, status in (("/hooks/abc", 202), ("/hooks/abc", 401), ("/hooks/abc/validate", 200)):
        environ = EnvironBuilder(path, method="POST").get_environ() | {"RAW_URI": path}
        answer = SimpleNamespace(status_code=status, status=f"{status} X", sent=2, headers=[])
        asked = SimpleNamespace(headers=[])
        logger.access(answer, asked, environ, timedelta(milliseconds=2))
    assert [line for line in lines if " 202 " in line] == []
    assert len(lines) == 2
