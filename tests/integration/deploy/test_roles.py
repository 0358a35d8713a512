"""Every role of compose.yaml as a process: its own command and environment, its own health check,
and its end when it is told to stop."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

from tests.compose import REPOSITORY, composed_services

HEALTHY_SECONDS = 40
STOP_SECONDS = 10
# Where a container has it from its image.
BINARIES = Path(sys.executable).parent


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(app: Flask, engines: dict[str, str], tmp_path: Path, port: int) -> dict[str, str]:
    """What this test machine has instead of containers: engines, a folder and a port of its own."""
    return {
        "DATABASE_URL": engines["DATABASE_URL"],
        "REDIS_URL": engines["REDIS_URL"],
        "SPOOL_DIR": str(tmp_path),
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}",
        "PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}",
        "HOME": "/tmp",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture(params=["web", "imports", "offers", "default", "tick"])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def started(role: str, environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    service: dict[str, Any] = composed_services()[role]
    with subprocess.Popen(
        service["command"],
        cwd=REPOSITORY,
        env={**service["environment"], **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process
        process.kill()


def health(role: str, environment: dict[str, str], port: int) -> subprocess.CompletedProcess[str]:
    _, _, *check = composed_services()[role]["healthcheck"]["test"]
    assert check[-1] == role
    address = [f"http://127.0.0.1:{port}/"] if role == "web" else []
    return subprocess.run(
        [sys.executable, *check, *address],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_migrating_makes_the_tables_of_an_empty_database(
    session: scoped_session[Session], engines: dict[str, str], environment: dict[str, str]
) -> None:
    session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    session.execute(text("DROP DATABASE IF EXISTS empty"))
    session.execute(text("CREATE DATABASE empty"))
    session.rollback()
    address = urlsplit(engines["DATABASE_URL"])._replace(path="/empty").geturl()
    service: dict[str, Any] = composed_services()["migrate"]
    for _ in range(2):
        subprocess.run(
            service["command"],
            cwd=REPOSITORY,
            env={**service["environment"], **environment, "DATABASE_URL": address},
            check=True,
            capture_output=True,
        )
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM offers").fetchone() == (0,)


def test_a_role_becomes_healthy_and_stops_when_told(
    role: str,
    started: "subprocess.Popen[str]",
    environment: dict[str, str],
    port: int,
    valkey: Redis,
) -> None:
    end = time.monotonic() + HEALTHY_SECONDS
    while (checked := health(role, environment, port)).returncode != 0:
        assert started.poll() is None, started.communicate()[0]
        assert time.monotonic() < end, checked.stderr
    started.terminate()
    output, _ = started.communicate(timeout=STOP_SECONDS)
    assert started.returncode == 0, output
    assert "Traceback" not in output
    gone = health(role, environment, port)
    assert gone.returncode == 1
    assert "Traceback" not in gone.stderr
