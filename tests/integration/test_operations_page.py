"""The operations page: who works, what waits, what an admin may do about it, and who did it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from rq import SimpleWorker, Worker
from rq.registry import FailedJobRegistry
from rq.utils import utcformat
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jobs.sample_queues import sample_queues
from tests.busy_agency import make_busy_agency
from tests.people import log_in, make_admin, make_agency, make_user
from tests.statements import counted_statements
from webapp import queues
from webapp.embedded import valkey as embedded_valkey
from webapp.models import AuditEntry, QueuePause, QueueSample, Run, utc_now
from webapp.queries.operations import queue_curves
from webapp.queue_tallies import EXPIRED_KEY, TAKEN_KEY, tally

Db = scoped_session[Session]


@pytest.fixture
def admin(session: Db, client: FlaskClient) -> FlaskClient:
    log_in(client, make_admin())
    return client


@pytest.fixture
def working(valkey: Redis) -> Iterator[list[Worker]]:
    """The tick has just ticked, and every queue has a worker."""
    valkey.set(queues.TICK_KEY, time.time())
    workers = [
        Worker([queues.queue(name, valkey)], name=f"worker-{name}", connection=valkey)
        for name in queues.QUEUE_NAMES
    ]
    for worker in workers:
        worker.register_birth()
    yield workers


def fail_job(valkey: Redis, queue: str, name: str, id: str) -> None:
    """A job whose work ends with an error, as RQ keeps it."""
    queues.queue(queue, valkey).enqueue_call(
        name, args=("no number",), job_id=id, failure_ttl=86_400
    )
    SimpleWorker([queues.queue(queue, valkey)], connection=valkey).work(burst=True)
    assert id in failed_ids(valkey, queue)


def failed_ids(valkey: Redis, queue: str) -> list[str]:
    return FailedJobRegistry(queue, connection=valkey).get_job_ids()


def test_only_admins_see_and_touch_it(session: Db, client: FlaskClient) -> None:
    log_in(client, make_user())
    for address in ("/operations", "/operations/live", "/operations/failed"):
        assert client.get(address).status_code == 403
    for address in (
        "/operations/queues/imports/pause", "/operations/queues/imports/resume",
        "/operations/failed/requeue", "/operations/failed/delete",
    ):  # fmt: skip
        assert client.post(address).status_code == 403
    assert session.scalar(select(QueuePause.queue)) is None
    assert "Operations" not in client.get("/").text


def test_everything_in_order_is_said_so(
    admin: FlaskClient, session: Db, working: list[Worker]
) -> None:
    make_busy_agency(make_agency())
    text = admin.get("/operations").text
    assert "No worker" not in text
    assert text.count("Waits for work") == 4
    assert "4,740" in text
    assert "PostgreSQL" in text and "offers" in text
    assert 'aria-current="page">Operations' in text


def test_a_worker_shows_the_run_that_it_reads(
    admin: FlaskClient, session: Db, valkey: Redis, working: list[Worker]
) -> None:
    queue = queues.queue(queues.IMPORTS, valkey)
    job = queue.enqueue_call(queues.IMPORT_RUN, args=(17,), job_id="run-17")
    working[0].prepare_execution(job)
    text = admin.get("/operations").text
    assert 'href="/runs/17">Run 17' in text
    assert "Working" in text


def test_a_worker_that_misses_its_beats_is_silent_and_its_queue_has_nobody(
    admin: FlaskClient, valkey: Redis, working: list[Worker]
) -> None:
    long_ago = utcformat(utc_now() - timedelta(seconds=46))
    valkey.hset("rq:worker:worker-imports", "last_heartbeat", long_ago)
    text = admin.get("/operations").text
    assert text.count("Silent") == 1
    assert text.count("No worker") == 1
    assert "Workers are missing" in text


def test_a_silent_tick_is_the_first_thing_said(
    admin: FlaskClient, valkey: Redis, working: list[Worker]
) -> None:
    valkey.set(queues.TICK_KEY, time.time() - 46)
    assert "Tick silent" in admin.get("/operations").text


def test_a_valkey_that_stops_is_said_and_the_database_is_still_shown(
    app: Flask, admin: FlaskClient, tmp_path: Path
) -> None:
    config = app.config["OFFERDOCK"]
    app.config["OFFERDOCK"] = replace(config, redis_url=embedded_valkey.start(tmp_path))
    try:
        assert "Valkey) can’t be reached" not in admin.get("/operations").text
        embedded_valkey.stop(tmp_path)
        text = admin.get("/operations").text
        assert "The queue (Valkey) can’t be reached" in text
        assert "The largest tables" in text
        assert "Valkey) can’t be reached" in admin.get("/operations/failed").text
    finally:
        app.config["OFFERDOCK"] = config
        embedded_valkey.stop(tmp_path)


def test_a_queue_is_paused_after_a_question_and_resumed_at_once(
    admin: FlaskClient, session: Db, working: list[Worker]
) -> None:
    question = admin.get("/operations/queues/offers-bulk/pause").text
    assert "Webhook deliveries go on." in question
    answer = admin.post("/operations/queues/offers-bulk/pause")
    assert (answer.status_code, answer.location) == (303, "/operations")
    text = admin.get("/operations").text
    assert "Queues are paused" in text
    assert "Paused “Offers of runs”" in text
    admin.post("/operations/queues/offers-bulk/pause")
    admin.post("/operations/queues/offers-bulk/resume")
    assert session.scalar(select(QueuePause.queue)) is None
    assert session.scalars(select(AuditEntry.action)).all() == ["queue_paused", "queue_resumed"]
    assert admin.post("/operations/queues/nonsense/pause").status_code == 404


def test_a_pause_needs_its_token(admin: FlaskClient, session: Db) -> None:
    del admin.environ_base["HTTP_X_CSRFTOKEN"]
    assert admin.post("/operations/queues/imports/pause").status_code == 400
    assert session.scalar(select(QueuePause.queue)) is None


def test_the_tick_notes_a_minute_once_and_forgets_after_two_days(
    session: Db, valkey: Redis
) -> None:
    old = utc_now() - timedelta(days=3)
    session.add(
        QueueSample(at=old, queue="imports", waiting=1, oldest_seconds=0, taken=0, expired=0)
    )
    session.commit()
    queues.queue(queues.IMPORTS, valkey).enqueue_call(queues.IMPORT_RUN, args=(1,), job_id="run-1")
    sample_queues()
    valkey.delete(queues.queue(queues.IMPORTS).key)
    minutes = set(session.scalars(select(QueueSample.at)))
    sample_queues()
    waiting = session.execute(select(QueueSample.queue, QueueSample.waiting)).all()
    if len(set(session.scalars(select(QueueSample.at)))) == len(minutes):
        assert sorted(waiting) == [
            ("default", 0), ("imports", 1), ("offers-bulk", 0), ("offers-live", 0),
        ]  # fmt: skip
    assert old not in minutes


def test_curves_count_on_over_a_valkey_that_began_anew(session: Db) -> None:
    now = utc_now()
    for minutes, *counts in ((4, 70, 900, 2), (3, 9, 960, 2), (2, 3, 20, 1), (1, 0, 30, 1)):
        facts = dict(zip(("waiting", "taken", "expired"), counts, strict=True))
        at = now - timedelta(minutes=minutes)
        session.add(QueueSample(at=at, queue="offers-bulk", oldest_seconds=0, **facts))
    session.commit()
    curve = queue_curves()["offers-bulk"]
    assert curve.rate == pytest.approx((60 + 20 + 10) / 10)
    assert curve.expired == 1
    assert max(curve.points[-2:]) == 70
    assert queue_curves()["imports"].points == [0] * 96


def test_tallies_are_read_where_they_are_counted(
    admin: FlaskClient, valkey: Redis, working: list[Worker]
) -> None:
    tally(valkey, TAKEN_KEY, queues.IMPORTS, 12)
    tally(valkey, EXPIRED_KEY, queues.OFFERS_LIVE, 3)
    text = admin.get("/metrics").text
    assert 'offerdock_queue_jobs_taken_total{queue="imports"} 12.0' in text
    assert 'offerdock_queue_leases_expired_total{queue="offers-live"} 3.0' in text


def test_failed_jobs_are_listed_with_their_error_and_filtered(
    admin: FlaskClient, valkey: Redis
) -> None:
    fail_job(valkey, queues.IMPORTS, queues.IMPORT_RUN, "run-7")
    fail_job(valkey, queues.DEFAULT, queues.FINISH_RUN, "finish-8")
    text = admin.get("/operations/failed").text
    assert "run-7" in text and "finish-8" in text
    assert "Traceback" in text
    assert "<span>sqlalchemy.exc.ProgrammingError: " in text
    assert 'href="/runs/7"' in text
    assert "finish-8" not in admin.get("/operations/failed?queue=imports").text
    assert "run-7" not in admin.get(f"/operations/failed?name={queues.FINISH_RUN}").text
    assert "run-7" in admin.get("/operations/failed?search=NO NUMBER").text
    assert "No failed job matches" in admin.get("/operations/failed?search=zebra").text
    assert "Failed jobs" in admin.get("/operations").text


def test_the_selected_ones_are_sent_again_once(
    admin: FlaskClient, session: Db, valkey: Redis
) -> None:
    for number in (1, 2):
        fail_job(valkey, queues.IMPORTS, queues.IMPORT_RUN, f"run-{number}")
    for _ in range(2):
        admin.post("/operations/failed/requeue", data={"job": ["run-1", "run-99"]})
    assert failed_ids(valkey, queues.IMPORTS) == ["run-2"]
    assert queues.queue(queues.IMPORTS, valkey).job_ids == ["run-1"]
    noted = session.execute(select(AuditEntry.action, AuditEntry.detail)).all()
    assert noted == [("jobs_requeued", {"number": 1, "jobs": ["run-1"]})]
    assert "Sent 1 job again" in admin.get("/operations").text


def test_all_that_the_filters_show_are_sent_again(
    admin: FlaskClient, session: Db, valkey: Redis
) -> None:
    for number in (1, 2):
        fail_job(valkey, queues.IMPORTS, queues.IMPORT_RUN, f"run-{number}")
    fail_job(valkey, queues.DEFAULT, queues.FINISH_RUN, "finish-3")
    assert "Send all 2 again" in admin.get("/operations/failed?queue=imports").text
    admin.post("/operations/failed/requeue", data={"queue": "imports", "all": "1"})
    assert failed_ids(valkey, queues.IMPORTS) == []
    assert failed_ids(valkey, queues.DEFAULT) == ["finish-3"]
    assert sorted(queues.queue(queues.IMPORTS, valkey).job_ids) == ["run-1", "run-2"]


def test_the_selected_ones_are_dropped(admin: FlaskClient, session: Db, valkey: Redis) -> None:
    fail_job(valkey, queues.DEFAULT, queues.FINISH_RUN, "finish-1")
    admin.post("/operations/failed/delete", data={"job": "finish-1"})
    assert failed_ids(valkey, queues.DEFAULT) == []
    assert not valkey.exists("rq:job:finish-1")
    assert session.scalars(select(AuditEntry.action)).all() == ["jobs_deleted"]


def test_a_job_that_is_under_way_again_is_neither_sent_nor_dropped(
    admin: FlaskClient, session: Db, valkey: Redis
) -> None:
    fail_job(valkey, queues.IMPORTS, queues.IMPORT_RUN, "run-1")
    queue = queues.queue(queues.IMPORTS, valkey)
    queue.enqueue_call(queues.IMPORT_RUN, args=(1,), job_id="run-1")
    admin.post("/operations/failed/delete", data={"job": "run-1"})
    assert queue.job_ids == ["run-1"]
    assert valkey.exists("rq:job:run-1")
    assert session.scalar(select(AuditEntry.action)) is None


def test_quarantined_offers_are_named_with_their_run(
    admin: FlaskClient, session: Db, working: list[Worker]
) -> None:
    things = make_busy_agency(make_agency())
    session.get(Run, things["last"].id).quarantined = 2  # type: ignore[union-attr]
    session.commit()
    text = admin.get("/operations").text
    assert "Quarantine" in text
    assert f'href="/runs/{things["last"].id}"' in text


def test_the_page_asks_the_database_few_questions(
    app: Flask, admin: FlaskClient, session: Db, working: list[Worker]
) -> None:
    make_busy_agency(make_agency())
    with counted_statements(app) as statements:
        admin.get("/operations")
    assert len(statements) <= 10
