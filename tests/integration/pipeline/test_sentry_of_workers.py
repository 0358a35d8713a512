"""A real worker process sends its events before its fork ends, also while the database is away."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from kyero_by_hand import FeedFile, record, records
from pipeline_steps import make_source, start, work_offers
from redis import Redis
from rq.job import Job
from sentry_ingest import Ingest, running_ingest

from bench.world import wait_until
from jobs import tasks
from webapp import queues
from webapp.config import REPOSITORY


@pytest.fixture
def ingest() -> Iterator[Ingest]:
    with running_ingest() as server:
        yield server


@contextmanager
def default_worker(**settings: str) -> Iterator[None]:
    env = {**os.environ, **settings}
    process = subprocess.Popen([sys.executable, "worker.py", "default"], cwd=REPOSITORY, env=env)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_the_finish_of_a_run_in_a_fork_reports_its_issues(
    engines: dict[str, str], file: FeedFile, ingest: Ingest
) -> None:
    run_id = start(make_source(), file.write([*records(3), record(None)]))
    with default_worker(**engines, SENTRY_DSN=ingest.dsn):
        tasks.import_run(run_id)
        work_offers()
        wait_until(lambda: len(ingest.events) == 1, 30)
    [event] = ingest.events
    assert str(event["tags"]["run"]) == str(run_id)
    assert event["tags"]["code"] == "missing_id"
    assert event["release"].startswith("offerdock@")


def test_a_tick_without_a_database_is_an_event_and_no_failed_job(
    engines: dict[str, str], ingest: Ingest, valkey: Redis
) -> None:
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "SENTRY_DSN": ingest.dsn}
    queues.queue(queues.DEFAULT, valkey).enqueue_call(queues.TICK, job_id="tick")
    with default_worker(**engines | nowhere):
        wait_until(lambda: Job.fetch("tick", connection=valkey).is_finished, 60)
    [event] = ingest.events
    assert event["logentry"]["message"] == "The tick can't work with PostgreSQL: %s"
