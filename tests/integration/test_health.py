"""What probes and Prometheus are told, with both engines there and with each of them away."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from rq import Worker
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

from tests.busy_agency import make_busy_agency
from tests.factories import make_run, make_source
from tests.people import make_agency
from webapp import create_app, queues
from webapp.config import REPOSITORY, Config, sqlalchemy_url
from webapp.embedded import postgres as embedded_postgres
from webapp.embedded import valkey as embedded_valkey
from webapp.extensions import db
from webapp.queries.engines import newest_migration

Db = scoped_session[Session]
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1"


def samples(client: FlaskClient, **headers: str) -> dict[tuple[str, str], float]:
    """Of each metric, by its name and its label values."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def app_with(config: Config) -> Iterator[Any]:
    """An application of other settings: app_with(redis_url=…)."""
    made: list[Flask] = []

    def make(**settings: Any) -> FlaskClient:
        made.append(create_app(replace(config, **settings)))
        return made[-1].test_client()

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def test_the_process_is_alive_whatever_its_engines_do(app_with: Any) -> None:
    client = app_with(database_url=NOWHERE, redis_url="redis://127.0.0.1:1/0")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers


def test_ready_means_that_both_engines_answer_and_the_tables_are_this_versions(
    client: FlaskClient,
) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"ready": True, "postgresql": "ok", "migrations": "ok", "valkey": "ok"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_valkey_that_stops_makes_it_unready_until_it_is_back(
    app: Flask, app_with: Any, tmp_path: Path
) -> None:
    client = app_with(redis_url=embedded_valkey.start(tmp_path))
    assert client.get("/readyz").status_code == 200
    embedded_valkey.stop(tmp_path)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["valkey"] == "away"
    assert answer.json["postgresql"] == "ok"
    found = samples(client)
    assert found["offerdock_up", "valkey"] == 0
    assert found["offerdock_up", "postgresql"] == 1
    assert "offerdock_tick_age_seconds" not in {name for name, _labels in found}
    try:
        embedded_valkey.start(tmp_path)
        assert client.get("/readyz").status_code == 200
    finally:
        embedded_valkey.stop(tmp_path)


def test_a_database_that_is_away_makes_it_unready_and_the_rest_is_told(
    app_with: Any,
) -> None:
    client = app_with(database_url=NOWHERE)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "ready": False, "postgresql": "away", "migrations": "unknown", "valkey": "ok",
    }  # fmt: skip
    found = samples(client)
    assert found["offerdock_up", "postgresql"] == 0
    assert found["offerdock_up", "valkey"] == 1
    assert ("offerdock_queue_jobs", "imports") in found


def test_tables_of_another_version_are_named(
    session: Db, client: FlaskClient, config: Config
) -> None:
    newest = newest_migration(config)
    session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    session.commit()
    try:
        answer = client.get("/readyz")
    finally:
        session.execute(
            text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest}
        )
        session.commit()
    assert answer.status_code == 503
    assert answer.json["migrations"] == f"the database is at 0001, {newest} is needed"


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """Where an engine of another user may live."""
    folder = Path(tempfile.mkdtemp(prefix="offerdock-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    embedded_postgres.stop(folder)
    shutil.rmtree(folder)


def test_a_postgresql_that_stops_is_away(app_with: Any, own_folder: Path) -> None:
    client = app_with(database_url=sqlalchemy_url(embedded_postgres.start(own_folder)))
    empty = client.get("/readyz")
    assert empty.status_code == 503
    assert (empty.json["postgresql"], empty.json["valkey"]) == ("ok", "ok")
    assert empty.json["migrations"].startswith("the database is empty")
    embedded_postgres.stop(own_folder)
    assert client.get("/readyz").json["postgresql"] == "away"


def test_the_numbers_tell_what_waits_works_and_came_of_it(
    session: Db, client: FlaskClient, valkey: Redis
) -> None:
    make_busy_agency(make_agency())
    valkey.set(queues.TICK_KEY, time.time() - 40)
    for number in (1, 2):
        queues.enqueue_after_commit(
            session(), queues.IMPORTS, queues.IMPORT_RUN, number, job_id=f"run-{number}"
        )
    session.commit()
    worker = Worker([queues.queue(queues.IMPORTS)], name="reader", connection=valkey)
    worker.register_birth()
    found = samples(client)
    assert found["offerdock_queue_jobs", "imports"] == 2
    assert 0 <= found["offerdock_queue_oldest_seconds", "imports"] < 20
    assert found["offerdock_queue_oldest_seconds", "default"] == 0
    assert 40 <= found["offerdock_tick_age_seconds", ""] < 60
    assert found["offerdock_worker_heartbeat_age_seconds", "imports,reader"] < 20
    assert found["offerdock_runs_last_hour", "failed"] == 1
    assert found["offerdock_runs_last_hour", "applying"] == 1
    assert found["offerdock_fetch_errors_last_hour", "login_page"] == 1
    assert found["offerdock_offers_last_hour", "created"] == 7_702
    assert found["offerdock_offer_jobs_unsettled", ""] == 4_740
    assert found["offerdock_sources", "broken"] == 1
    worker.register_death()


def test_steps_of_runs_are_timed(session: Db, client: FlaskClient) -> None:
    source = make_source(make_agency())
    make_run(source)
    session.commit()
    found = samples(client)
    assert found["offerdock_step_seconds_last_hour", "0.5,read"] == pytest.approx(2.2)
    assert found["offerdock_step_seconds_last_hour", "1,run"] == pytest.approx(8)


def test_an_empty_installation_has_numbers_too(session: Db, client: FlaskClient) -> None:
    found = samples(client)
    assert found["offerdock_tick_age_seconds", ""] == float("inf")
    assert found["offerdock_offers_last_hour", "rejected"] == 0


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 403),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}, 403),
    ],
)
def test_without_a_token_only_programs_of_this_machine_read_the_numbers(
    session: Db, client: FlaskClient, address: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_with_a_token_everyone_who_shows_it_reads_the_numbers_and_nobody_else(
    app: Flask, app_with: Any
) -> None:
    client = app_with(metrics_token="nine-quiet-otters")
    from_afar = {"REMOTE_ADDR": "10.0.0.7"}
    for shown, status in (
        ("Bearer nine-quiet-otters", 200),
        ("Bearer nine-quiet-otter", 401),
        ("Bearer õ", 401),
        ("", 401),
    ):
        answer = client.get("/metrics", headers={"Authorization": shown}, environ_base=from_afar)
        assert answer.status_code == status
    assert client.get("/metrics").headers["WWW-Authenticate"] == "Bearer"


def test_the_page_on_operations_explains_every_number(session: Db, client: FlaskClient) -> None:
    make_busy_agency(make_agency())
    page = (REPOSITORY / "docs" / "operations.md").read_text()
    answer = client.get("/metrics").text
    names = {family.name for family in text_string_to_metric_families(answer)}
    assert len(names) >= 15
    assert [name for name in names if f"| `{name}" not in page] == []
