"""The containers' health check against a real Valkey, RQ worker and scheduler."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq_scheduler import Scheduler

REPOSITORY = Path(__file__).parents[3]
Check = Callable[[str], tuple[int, str]]


@pytest.fixture
def valkey(engines: dict[str, str]) -> Iterator[Redis]:
    with Redis.from_url(engines["REDIS_URL"]) as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def check(engines: dict[str, str]) -> Check:
    def run(role: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "deploy/healthcheck.py", role],
            cwd=REPOSITORY,
            env={**os.environ, "REDIS_URL": engines["REDIS_URL"]},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr.strip()

    return run


def test_a_worker_of_this_host_that_reports_is_healthy(valkey: Redis, check: Check) -> None:
    assert check("offers") == (1, "No worker of this container is registered in Valkey.")
    worker = SimpleWorker([Queue("offers-live", connection=valkey)], connection=valkey)
    worker.register_birth()
    assert check("offers") == (0, "")
    worker.register_death()
    assert check("offers")[0] == 1


def test_a_worker_of_another_host_does_not_count(valkey: Redis, check: Check) -> None:
    worker = SimpleWorker([Queue("imports", connection=valkey)], connection=valkey)
    worker.register_birth()
    valkey.hset(worker.key, "hostname", "another-container")
    assert check("imports")[0] == 1


def test_a_worker_that_fell_silent_is_unhealthy(valkey: Redis, check: Check) -> None:
    worker = SimpleWorker([Queue("imports", connection=valkey)], connection=valkey)
    worker.register_birth()
    long_ago = datetime.now(UTC) - timedelta(seconds=400)
    valkey.hset(worker.key, "last_heartbeat", long_ago.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    code, sentence = check("imports")
    assert code == 1
    assert sentence.startswith("The last sign of life of this container's worker is 40")


def test_the_tick_is_healthy_while_a_scheduler_is_registered(valkey: Redis, check: Check) -> None:
    assert check("tick") == (1, "No scheduler is registered in Valkey.")
    scheduler = Scheduler(connection=valkey, interval=15)
    scheduler.register_birth()
    assert check("tick") == (0, "")
    scheduler.register_death()
    assert check("tick")[0] == 1


def test_an_unknown_role_is_refused_with_the_ones_there_are(check: Check) -> None:
    assert check("webb") == (
        1,
        "There is no role 'webb'; use web, imports, offers, default, tick.",
    )
