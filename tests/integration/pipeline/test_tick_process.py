"""The real tick process: killed, doubled, and with a Valkey that goes away and comes back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

from bench.world import wait_until
from jobs.tick import TICK_JOB_ID
from webapp import queues
from webapp.config import REPOSITORY
from webapp.embedded import valkey as embedded_valkey

Process = subprocess.Popen[bytes]


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[str]:
    """A Valkey that a test may stop and start."""
    yield embedded_valkey.start(tmp_path)
    embedded_valkey.stop(tmp_path)


@pytest.fixture
def ticking(engines: dict[str, str], own_valkey: str) -> Iterator[list[Process]]:
    """Two tick processes, as after a deployment that left the old one running."""
    env = {**os.environ, **engines, "REDIS_URL": own_valkey, "TICK_SECONDS": "1"}
    command = [sys.executable, "worker.py", "tick"]
    processes = [subprocess.Popen(command, cwd=REPOSITORY, env=env) for _ in range(2)]
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def ticks_anew(url: str) -> None:
    """Wait until a tick that wasn't there before is in the queue."""
    with Redis.from_url(url, retry=None) as connection:
        waiting = Queue(queues.DEFAULT, connection=connection)
        wait_until(lambda: _answers(connection), 20)
        connection.delete(waiting.key)
        wait_until(lambda: TICK_JOB_ID in waiting.job_ids, 30)


def _answers(connection: Redis) -> bool:
    try:
        return bool(connection.ping())
    except RedisError:
        return False


def test_the_tick_outlives_a_kill_and_an_outage_and_obeys_a_signal(
    ticking: list[Process], own_valkey: str, tmp_path: Path
) -> None:
    ticks_anew(own_valkey)
    ticking[0].kill()
    ticking[0].wait()
    ticks_anew(own_valkey)
    embedded_valkey.stop(tmp_path)
    (tmp_path / "appendonlydir").rename(tmp_path / "lost")
    wait_until(lambda: not (tmp_path / "pid").exists(), 5)
    assert embedded_valkey.start(tmp_path) == own_valkey
    ticks_anew(own_valkey)
    assert ticking[1].poll() is None
    ticking[1].terminate()
    assert ticking[1].wait(20) == 0
