"""A worker that is killed while it splits a delivery, or fetches for one, loses nothing and does
nothing twice."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from bench.world import wait_until
from jobs import tasks
from jobs.sweep_deliveries import sweep_deliveries
from tests import factories
from tests.deliveries import make_delivery, make_webhook, record
from tests.integration.deliveries.delivery_steps import (
    deliver,
    kept_objects,
    prices,
    ring,
    verdict,
    work_offers,
)
from tests.integration.deliveries.offer_server import OfferServer, running_offer_server
from tests.people import make_agency
from webapp.config import REPOSITORY
from webapp.extensions import db
from webapp.models import Webhook

SECONDS = 30


def sql(statement: str) -> list[Any]:
    result: Any = db.session.execute(text(statement))
    rows = list(result) if result.returns_rows else []
    db.session.commit()
    return rows


@pytest.fixture
def stuck_inserts() -> Iterator[None]:
    """Whoever stages an offer job waits for the database until it is killed."""
    sql("""
        CREATE FUNCTION stick() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_sleep(300); RETURN NEW;
        END $$;
        CREATE TRIGGER stick BEFORE INSERT ON offer_jobs FOR EACH ROW EXECUTE FUNCTION stick()
    """)
    yield
    db.session.rollback()
    sql("DROP TRIGGER IF EXISTS stick ON offer_jobs; DROP FUNCTION IF EXISTS stick CASCADE")


def sleepers() -> int:
    return int(sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")[0][0])


def kill_at_work(engines: dict[str, str], role: str, **settings: str) -> None:
    """A worker process, until the database holds it, and then no more."""
    process = subprocess.Popen(
        [sys.executable, "worker.py", role], cwd=REPOSITORY, env=os.environ | engines | settings
    )
    try:
        wait_until(lambda: sleepers() == 1, SECONDS)
    finally:
        for child in _children(process.pid):
            os.kill(child, 9)
        process.kill()
        process.wait(SECONDS)
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    wait_until(lambda: sleepers() == 0, SECONDS)
    sql("DROP TRIGGER stick ON offer_jobs")


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def age() -> None:
    sql(
        "UPDATE deliveries SET received_at = received_at - interval '5 min',"
        " due_at = due_at - interval '5 min', lease_until = lease_until - interval '5 min'"
    )


@pytest.mark.usefixtures("stuck_inserts")
def test_a_split_that_was_killed_is_done_again_once(
    webhook: Webhook, engines: dict[str, str]
) -> None:
    deliveries = [make_delivery(webhook, record(f"A{number}")) for number in range(3)]
    ring(*deliveries)
    kill_at_work(engines, "offers")
    assert [verdict(delivery)["state"] for delivery in deliveries] == ["accepted"] * 3
    assert sql("SELECT id FROM offer_jobs") == []
    age()
    with kept_objects():
        sweep_deliveries()
    work_offers()
    done = {"state": "done", "staged": 1, "settled": 1, "created": 1}
    assert [verdict(delivery) for delivery in deliveries] == [done] * 3


@pytest.fixture
def server(configure: Any) -> Iterator[OfferServer]:
    with running_offer_server() as running:
        configure(allowed_private_hosts=frozenset({urlsplit(running.url).netloc}))
        yield running


@pytest.mark.usefixtures("stuck_inserts")
def test_a_fetch_that_was_killed_goes_on_where_it_was(
    server: OfferServer, engines: dict[str, str]
) -> None:
    webhook = make_webhook(
        factories.make_source(make_agency("Baltvik Estates"), "Lirio"),
        shape="ids",
        ids_at="ids",
        detail_url=server.detail_url,
    )
    server.answers = {f"/offers/A{number}": record(f"A{number}") for number in range(3)}
    delivery = make_delivery(webhook, {"ids": ["A0", "A1", "A2"]})
    deliver(delivery)
    kill_at_work(engines, "default", ALLOWED_PRIVATE_HOSTS=urlsplit(server.url).netloc)
    assert verdict(delivery)["state"] == "fetching"
    age()
    with kept_objects():
        tasks.fetch_changed(webhook.source_id)
    work_offers()
    assert verdict(delivery) == {"state": "done", "staged": 3, "settled": 3, "created": 3}
    assert set(prices(webhook)) == {"A0", "A1", "A2"}
