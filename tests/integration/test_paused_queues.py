"""Workers leave paused queues alone, also those that were waiting when one was paused."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis
from rq import Worker
from rq.exceptions import StopRequested
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from bench.world import wait_until
from jobs.pausable import LOOK_SECONDS
from jobs.worker import OffersWorker, forking_worker
from tests.people import make_admin
from webapp import create_app, queues
from webapp.config import REPOSITORY, Config
from webapp.models import AuditEntry, utc_now
from webapp.queue_tallies import TAKEN_KEY, tallies
from webapp.services.queue_pauses import pause_queue, resume_queue

Db = scoped_session[Session]
Start = Callable[[str], "subprocess.Popen[bytes]"]


@pytest.fixture
def settings(app: Flask) -> Config:
    config: Config = app.config["OFFERDOCK"]
    return config


def enqueue(session: Db, queue: str) -> None:
    """Jobs of no run: a worker that takes them finds nothing to do."""
    first = 900 + 10 * queues.QUEUE_NAMES.index(queue)
    queues.enqueue_offer_jobs_after_commit(session(), queue, range(first, first + 3))
    session.commit()


def waiting(name: str) -> list[str]:
    return list(queues.queue(name).job_ids)


def test_an_offers_worker_takes_only_from_queues_that_are_not_paused(
    session: Db, valkey: Redis, settings: Config
) -> None:
    pause_queue(queues.OFFERS_BULK, None)
    enqueue(session, queues.OFFERS_LIVE)
    enqueue(session, queues.OFFERS_BULK)
    OffersWorker(settings).work(burst=True)
    assert waiting(queues.OFFERS_LIVE) == []
    assert len(waiting(queues.OFFERS_BULK)) == 3
    assert tallies(valkey.hgetall(TAKEN_KEY)) == {queues.OFFERS_LIVE: 3}
    resume_queue(queues.OFFERS_BULK, None)
    session.commit()
    OffersWorker(settings).work(burst=True)
    assert waiting(queues.OFFERS_BULK) == []
    assert tallies(valkey.hgetall(TAKEN_KEY)) == {queues.OFFERS_LIVE: 3, queues.OFFERS_BULK: 3}


@pytest.fixture
def working(engines: dict[str, str], session: Db, valkey: Redis) -> Iterator[Start]:
    """working("offers") starts a worker of the role and waits until it listens."""
    with ExitStack() as ends:

        def start(role: str) -> "subprocess.Popen[bytes]":
            command = [sys.executable, "worker.py", role]
            env = {**os.environ, **engines, "IMPORT_PROCESSES": "1"}
            process = subprocess.Popen(command, cwd=REPOSITORY, env=env, stderr=subprocess.DEVNULL)
            ends.callback(process.wait)
            ends.callback(process.kill)
            wait_until(lambda: bool(Worker.all(connection=valkey)), 20)
            return process

        yield start


def test_a_job_that_comes_to_a_waiting_worker_after_the_pause_stays_in_the_queue(
    session: Db, valkey: Redis, working: Start
) -> None:
    working("imports")
    # By then it waits for the first job, and what it knows of pauses is old.
    wait_until(lambda: time.time() - beat_of_worker(valkey) > LOOK_SECONDS + 0.5, 30)
    pause_queue(queues.IMPORTS, None)
    session.commit()
    for number in (1, 2):
        queues.enqueue_after_commit(
            session(), queues.IMPORTS, queues.IMPORT_RUN, number, job_id=f"run-{number}"
        )
    session.commit()
    wait_until(lambda: time.time() - beat_of_worker(valkey) < LOOK_SECONDS, 10)
    beats_on(valkey)
    assert waiting(queues.IMPORTS) == ["run-1", "run-2"]
    assert valkey.llen(queues.queue(queues.IMPORTS).intermediate_queue_key) == 0
    assert tallies(valkey.hgetall(TAKEN_KEY)) == {}


def test_a_worker_at_rest_goes_on_by_itself_and_stops_when_it_is_told(
    session: Db, valkey: Redis, working: Start
) -> None:
    for name in (queues.OFFERS_LIVE, queues.OFFERS_BULK):
        pause_queue(name, None)
    session.commit()
    worker = working("offers")
    enqueue(session, queues.OFFERS_BULK)
    beats_on(valkey)
    beats_on(valkey)
    assert len(waiting(queues.OFFERS_BULK)) == 3
    resume_queue(queues.OFFERS_BULK, None)
    session.commit()
    wait_until(lambda: not waiting(queues.OFFERS_BULK), 10)
    pause_queue(queues.OFFERS_BULK, None)
    session.commit()
    worker.terminate()
    assert worker.wait(10) == 0


def beats_on(valkey: Redis) -> None:
    last = beat_of_worker(valkey)
    wait_until(lambda: beat_of_worker(valkey) > last, 10)


def beat_of_worker(valkey: Redis) -> float:
    [worker] = Worker.all(connection=valkey)
    assert worker.last_heartbeat
    return worker.last_heartbeat.timestamp()


def test_pausing_twice_is_noted_once(session: Db) -> None:
    admin = make_admin()
    assert pause_queue(queues.IMPORTS, admin)
    assert not pause_queue(queues.IMPORTS, admin)
    assert resume_queue(queues.IMPORTS, admin)
    assert not resume_queue(queues.IMPORTS, admin)
    noted = session.execute(select(AuditEntry.action, AuditEntry.detail, AuditEntry.user_id))
    assert noted.all() == [
        ("queue_paused", {"queue": "imports"}, admin.id),
        ("queue_resumed", {"queue": "imports"}, admin.id),
    ]


def test_a_wish_to_stop_is_not_lost_over_a_question_to_the_database(config: Config) -> None:
    """As when the signal comes while the pauses are read, and breaks that off."""
    away = create_app(replace(config, database_url="postgresql+psycopg://x@127.0.0.1:1/none"))
    with away.app_context():
        worker = forking_worker(queues.IMPORTS, config)
        assert worker.paused_queues() == frozenset(), "without a wish to stop it goes on"
        worker._looked_at = 0.0
        worker._shutdown_requested_date = utc_now()
        with pytest.raises(StopRequested):
            worker.paused_queues()
