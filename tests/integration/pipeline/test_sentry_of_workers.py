"""A real worker process sends its events before its fork ends."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from kyero_by_hand import FeedFile, record, records
from pipeline_steps import make_source, start, work_offers
from sentry_ingest import Ingest, running_ingest

from bench.world import wait_until
from jobs import tasks
from webapp.config import REPOSITORY


@pytest.fixture
def ingest() -> Iterator[Ingest]:
    with running_ingest() as server:
        yield server


@pytest.fixture
def default_worker(engines: dict[str, str], ingest: Ingest) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, **engines, "SENTRY_DSN": ingest.dsn}
    process = subprocess.Popen([sys.executable, "worker.py", "default"], cwd=REPOSITORY, env=env)
    yield process
    process.terminate()
    process.wait(20)


@pytest.mark.usefixtures("default_worker")
def test_the_finish_of_a_run_in_a_fork_reports_its_issues(file: FeedFile, ingest: Ingest) -> None:
    run_id = start(make_source(), file.write([*records(3), record(None)]))
    tasks.import_run(run_id)
    work_offers()
    wait_until(lambda: len(ingest.events) == 1, 30)
    [event] = ingest.events
    assert str(event["tags"]["run"]) == str(run_id)
    assert event["tags"]["code"] == "missing_id"
    assert event["release"].startswith("offerdock@")
