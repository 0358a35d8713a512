"""The overview: what needs a person comes first, and a Valkey that is away harms nothing."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user
from redis import Redis
from rq import Worker
from rq.utils import utcformat
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.busy_agency import make_busy_agency
from tests.deliveries import make_delivery, make_webhook
from tests.people import log_in, make_admin, make_agency, make_user
from tests.statements import counted_statements
from webapp import queues
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Agency, DeliveryState, Role, RunState, utc_now
from webapp.queries.overview import changed_by_hour
from webapp.services.queue_pauses import pause_queue

Db = scoped_session[Session]


@contextmanager
def redis_at(app: Flask, url: str) -> Iterator[None]:
    """The application's configuration names another Valkey for a while."""
    config: Config = app.config["OFFERDOCK"]
    app.config["OFFERDOCK"] = replace(config, redis_url=url)
    try:
        yield
    finally:
        app.config["OFFERDOCK"] = config


@pytest.fixture
def working(valkey: Redis) -> None:
    """The tick has just ticked, and every queue has a worker."""
    valkey.set(queues.TICK_KEY, time.time())
    for name in queues.QUEUE_NAMES:
        queue = queues.queue(name, valkey)
        Worker([queue], name=f"worker-{name}", connection=valkey).register_birth()


def test_what_needs_attention_is_sorted_by_harm(
    agent: FlaskClient, agency: Agency, working: None
) -> None:
    make_busy_agency(agency)
    text = agent.get("/").text
    order = [
        "Faro Export: removals wait for you",
        "Old Harbour Feed is broken",
        "Alcor Listings: the last run failed",
        "Lirio CRM: offers were refused",
        "Río Calmo Weekly is paused",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "34 offers would be withdrawn" in text
    assert "<title>(5) Overview" in text


def test_a_calm_agency_is_told_that_nothing_needs_it(
    agent: FlaskClient, agency: Agency, working: None
) -> None:
    factories.make_run(factories.make_source(agency))
    db.session.commit()
    text = agent.get("/").text
    assert "Nothing needs you" in text
    assert "Ticking" in text
    assert 'id="worker-1"' in text


def test_a_paused_queue_is_told_to_everyone(agent: FlaskClient, session: Db, working: None) -> None:
    pause_queue(queues.OFFERS_BULK, None)
    session.commit()
    assert "“Offers of runs” is paused" in agent.get("/").text


def test_the_first_visit_leads_to_the_first_source(agent: FlaskClient) -> None:
    assert "Set up the first source" in agent.get("/").text


def test_a_silent_tick_and_missing_workers_come_first(
    agent: FlaskClient, agency: Agency, valkey: Redis
) -> None:
    make_busy_agency(agency)
    text = agent.get("/").text
    assert text.index("The tick is silent") < text.index("Workers are missing")
    assert text.index("Workers are missing") < text.index("Faro Export: removals")
    valkey.set(queues.TICK_KEY, time.time() - 3 * 3600)
    text = agent.get("/").text
    assert "The tick is silent" in text
    assert "3 hours ago" in text


def test_a_worker_that_waits_but_does_not_beat_is_silent(
    agent: FlaskClient, valkey: Redis, working: None
) -> None:
    long_ago = utcformat(datetime.now(UTC) - timedelta(minutes=30))
    valkey.hset("rq:worker:worker-imports", "last_heartbeat", long_ago)
    text = agent.get("/").text
    assert "Silent" in text
    assert "Nobody works on: Feeds to read." in text


def test_queue_depths_are_shown(agent: FlaskClient, valkey: Redis, working: None) -> None:
    valkey.rpush(f"rq:queue:{queues.OFFERS_BULK}", *(f"offer-{id}" for id in range(1234)))
    assert "1,234 waiting" in agent.get("/").text


def test_a_valkey_that_refuses_connections_breaks_nothing(
    app: Flask, agent: FlaskClient, agency: Agency
) -> None:
    make_busy_agency(agency)
    with redis_at(app, "redis://127.0.0.1:1/0"):
        answer = agent.get("/")
    assert answer.status_code == 200
    assert "can’t be reached" in answer.text
    assert "Faro Export: removals wait for you" in answer.text


def test_a_valkey_that_never_answers_does_not_hold_the_page_up(
    app: Flask, agent: FlaskClient, agency: Agency
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        with redis_at(app, f"redis://127.0.0.1:{port}/0"):
            began = time.monotonic()
            answer = agent.get("/")
            took = time.monotonic() - began
    assert "can’t be reached" in answer.text
    # Patience is a quarter of a second; the rest is room for a busy machine.
    assert took < 3


def test_running_runs_are_asked_for_quickly_and_slowly_when_there_is_none(
    agent: FlaskClient, agency: Agency
) -> None:
    htmx = {"HX-Request": "true"}
    assert 'hx-trigger="every 10s"' in agent.get("/running", headers=htmx).text
    factories.make_run(factories.make_source(agency), RunState.READING, read=10)
    db.session.commit()
    piece = agent.get("/running", headers=htmx).text
    assert 'hx-trigger="every 2s"' in piece
    assert "Lirio CRM" in piece
    assert agent.get("/running").location == "/"


def test_changes_are_counted_by_the_hour_in_which_their_run_ended(
    app: Flask, agency: Agency
) -> None:
    source = factories.make_source(agency)
    this_hour = utc_now().replace(minute=0, second=0, microsecond=0)
    ended = {0: 3, 1: 40, 23: 500, 24: 6000}
    for hours, created in ended.items():
        moment = this_hour - timedelta(hours=hours)
        factories.make_run(source, began=moment, finished_at=moment, created=created, updated=1)
    factories.make_run(source, RunState.APPLYING, created=70_000)
    db.session.commit()
    admin = make_admin()
    with app.test_request_context():
        login_user(admin)
        counts = changed_by_hour()
    assert len(counts) == 24
    assert (counts[-1], counts[-2], counts[0]) == (70_004, 41, 501)
    assert sum(counts) == 70_546


def test_another_agency_is_not_on_the_overview(client: FlaskClient, agency: Agency) -> None:
    make_busy_agency(agency)
    log_in(client, make_user("eva@faro.example", "Eva Faro", agency=make_agency("Faro Estates")))
    text = client.get("/").text
    assert "Lirio CRM" not in text
    assert "Monte Portal" not in client.get("/running", headers={"HX-Request": "true"}).text


def test_the_overview_sends_as_many_statements_for_many_sources_as_for_one(
    app: Flask, agent: FlaskClient, agency: Agency
) -> None:
    factories.make_run(factories.make_source(agency, "One"), RunState.HELD)
    db.session.commit()
    with counted_statements(app) as for_one:
        agent.get("/")
    for number in range(15):
        factories.make_run(factories.make_source(agency, f"Feed {number}"), RunState.READING)
    db.session.commit()
    with counted_statements(app) as for_many:
        agent.get("/")
    assert len(for_many) == len(for_one) <= 12


def test_a_viewer_has_no_button_on_the_overview(client: FlaskClient, agency: Agency) -> None:
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agency))
    text = client.get("/").text
    assert "New source" not in text and "Set up" not in text


def test_a_door_that_is_of_no_use_needs_a_person(
    agent: FlaskClient, agency: Agency, session: Db
) -> None:
    flooded = make_webhook(factories.make_source(agency, "Lirio live"))
    flooded.closed_until = utc_now() + timedelta(minutes=5)
    flooded.closed_reason = "wrong_signature"
    clumsy = make_webhook(factories.make_source(agency, "Faro live"))
    for _ in range(2):
        make_delivery(clumsy, b"nonsense", state=DeliveryState.UNREADABLE, cause="not_json")
    old = make_webhook(factories.make_source(agency, "Alcor live"))
    make_delivery(
        old, b"nonsense", state=DeliveryState.UNREADABLE, cause="not_json",
        received_at=utc_now() - timedelta(days=3),
    )  # fmt: skip
    session.commit()
    html = agent.get("/").text
    assert "Lirio live: little but refused deliveries" in html
    assert "Most of the others: The signature or key doesn’t match." in html
    assert "Faro live: deliveries that can’t be read" in html
    assert "2 deliveries of the last day hold no records" in html
    assert "Alcor live: " not in html
