"""Processes that end, one at a time: the numbers and the page say so on their own."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from bench.world import wait_until
from tests.people import log_in, make_admin
from webapp.config import REPOSITORY

Start = Callable[[str], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(app: Flask, engines: dict[str, str]) -> Iterator[Start]:
    """start("tick"): the process of a role, with a tick each second."""
    config = app.config["OFFERDOCK"]
    app.config["OFFERDOCK"] = replace(config, tick_seconds=1)
    env = {**os.environ, **engines, "TICK_SECONDS": "1"}
    with ExitStack() as ends:

        def begin(role: str) -> "subprocess.Popen[bytes]":
            command = [sys.executable, "worker.py", role]
            process = subprocess.Popen(command, cwd=REPOSITORY, env=env, stderr=subprocess.DEVNULL)
            ends.callback(process.wait)
            ends.callback(process.kill)
            return process

        yield begin
    app.config["OFFERDOCK"] = config


@pytest.fixture
def admin(session: scoped_session[Session], client: FlaskClient) -> FlaskClient:
    log_in(client, make_admin())
    return client


def tick_age(client: FlaskClient) -> float:
    found = re.search(r"^offerdock_tick_age_seconds (\S+)$", client.get("/metrics").text, re.M)
    assert found
    return float(found[1])


def test_a_tick_that_is_killed_and_a_worker_that_leaves_are_told_apart(
    admin: FlaskClient, start: Start
) -> None:
    def says(words: str) -> bool:
        return words in admin.get("/operations").text

    tick, worker = start("tick"), start("default")
    wait_until(lambda: tick_age(admin) < 3, 30)
    wait_until(lambda: not says("Tick silent"), 10)
    assert says("Workers are missing")  # The other queues have none.
    tick.kill()
    wait_until(lambda: says("Tick silent"), 10)
    assert tick_age(admin) > 3
    assert "Ready" in admin.get("/operations").text
    worker.terminate()
    wait_until(lambda: says("No worker is running"), 10)
    assert "offerdock_worker_heartbeat_age_seconds{" not in admin.get("/metrics").text
    assert admin.get("/readyz").status_code == 200
