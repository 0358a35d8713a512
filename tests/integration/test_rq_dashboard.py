"""rq-dashboard, as people know it, still reads our queues, workers and failed jobs."""

import pytest
import rq_dashboard
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from rq import SimpleWorker, Worker
from sqlalchemy.orm import Session, scoped_session

from webapp import queues

Db = scoped_session[Session]


@pytest.fixture
def dashboard(app: Flask, engines: dict[str, str]) -> FlaskClient:
    dashboard = Flask("dashboard")
    dashboard.config["RQ_DASHBOARD_REDIS_URL"] = engines["REDIS_URL"]
    rq_dashboard.web.setup_rq_connection(dashboard)
    dashboard.register_blueprint(rq_dashboard.blueprint, url_prefix="/rq")
    return dashboard.test_client()


def test_it_lists_our_queues_with_what_waits_and_what_failed(
    session: Db, valkey: Redis, dashboard: FlaskClient
) -> None:
    queues.queue(queues.IMPORTS, valkey).enqueue_call(
        queues.IMPORT_RUN, args=("no number",), job_id="run-7", failure_ttl=600
    )
    SimpleWorker([queues.queue(queues.IMPORTS, valkey)], connection=valkey).work(burst=True)
    queues.enqueue_offer_jobs_after_commit(session(), queues.OFFERS_BULK, range(1, 4))
    session.commit()
    listed = dashboard.get("/rq/0/data/queues.json").json["queues"]
    found = {
        queue["name"]: (queue["count"], queue["failed_job_registry_count"]) for queue in listed
    }
    assert found == {"imports": (0, 1), "offers-bulk": (3, 0)}
    waiting = dashboard.get("/rq/0/data/jobs/offers-bulk/queued/8/asc/1.json").json["jobs"]
    assert [job["id"] for job in waiting] == ["offer-1", "offer-2", "offer-3"]
    failed = dashboard.get("/rq/0/data/jobs/imports/failed/8/asc/1.json").json["jobs"]
    assert [job["id"] for job in failed] == ["run-7"]
    shown = dashboard.get("/rq/0/data/job/run-7.json").json
    assert "Traceback" in shown["exc_info"]


def test_it_lists_our_workers(valkey: Redis, dashboard: FlaskClient) -> None:
    worker = Worker([queues.queue(queues.IMPORTS, valkey)], name="reader", connection=valkey)
    worker.register_birth()
    [listed] = dashboard.get("/rq/0/data/workers.json").json["workers"]
    assert (listed["name"], listed["queues"]) == ("reader", ["imports"])
