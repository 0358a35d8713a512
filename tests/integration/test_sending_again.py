"""Offers chosen in their list, of a run or of a delivery and sent again: the number first, only
those, batch after batch, until the end or until somebody cancels."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from jobs import send_again, tasks
from tests import factories
from tests.people import log_in, make_admin, make_agency
from webapp import queues
from webapp.extensions import db
from webapp.models import (
    Agency,
    AuditEntry,
    JobState,
    OfferJob,
    OfferProblem,
    Retry,
    RetryJob,
    Run,
    utc_now,
)

Db = scoped_session[Session]
pytestmark = pytest.mark.usefixtures("valkey")
FAILED = "/offers/retry?sync=failed"


@pytest.fixture
def run(agency: Agency) -> Run:
    """Two offers failed, one was refused, one is in order."""
    return make_tried(agency)


def make_tried(agency: Agency, name: str = "Lirio CRM") -> Run:
    made = factories.make_run(factories.make_source(agency, name))
    made.staged = made.settled = 4
    made.failed, made.rejected, made.updated = 2, 1, 1
    for number, state in enumerate(("failed", "failed", "rejected", "done")):
        sync = "ok" if state == "done" else state
        offer = factories.make_offer(made.source, f"LR{number}", sync_status=sync)
        code = None if state == "done" else "broken"
        settled = utc_now() - timedelta(minutes=1)
        factories.make_job(made, offer.external_id, state, error_code=code, settled_at=settled)
    db.session.commit()
    return made


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(OfferJob.state).order_by(OfferJob.id)))


def asked_at(page: str) -> dict[str, str]:
    found = re.search(r'name="asked_at" value="([^"]+)"', page)
    assert found
    return {"asked_at": found[1]}


def only_retry() -> Retry:
    db.session.rollback()
    return db.session.scalars(select(Retry)).one()


@pytest.mark.usefixtures("run")
def test_offers_of_a_filter_are_counted_then_sent_again_and_shown_to_the_end(
    agent: FlaskClient,
) -> None:
    assert FAILED in agent.get("/offers?sync=failed").text
    page = agent.get(FAILED).text
    assert "Retry 2 failed offers?" in page
    answer = agent.post(FAILED, data=asked_at(page))
    retry = only_retry()
    assert answer.location.endswith(f"/retries/{retry.id}")
    assert (retry.state, retry.wanted, states()) == (
        "open",
        2,
        ["failed"] * 2 + ["rejected", "done"],
    )
    assert queues.queue(queues.DEFAULT).job_ids == [f"retry-{retry.id}"]
    tasks.send_retry(retry.id)
    assert states() == ["queued", "queued", "rejected", "done"]
    retry = only_retry()
    assert (retry.state, retry.sent, retry.left_alone) == ("finished", 2, 0)
    assert "hx-trigger" in agent.get(f"/retries/{retry.id}").text
    jobs = db.session.scalars(select(OfferJob).order_by(OfferJob.id).limit(2))
    for job, state in zip(jobs, ("done", "failed"), strict=True):
        job.state, job.settled_at = state, utc_now()
    db.session.commit()
    page = agent.get(f"/retries/{retry.id}").text
    assert "2 of 2 offers have come to rest" in page and "hx-trigger" not in page
    assert "Sync status: Failed" in page
    entry = db.session.query(AuditEntry).filter_by(action="offers_retried").one()
    assert entry.detail == {"retry": retry.id, "offers": 2, "filters": {"sync": "failed"}}


def test_pressing_twice_leads_to_the_one_that_is_open(agent: FlaskClient, run: Run) -> None:
    first = agent.post(FAILED)
    second = agent.post(f"/runs/{run.id}/retry")
    assert first.location == second.location == f"/retries/{only_retry().id}"
    assert "are being sent again already" in agent.get(second.location).text
    assert "Show how far they are" in agent.get(FAILED).text


@pytest.mark.usefixtures("run")
def test_an_answer_sent_twice_sends_nothing_after_the_end(agent: FlaskClient) -> None:
    answer = asked_at(agent.get(FAILED).text)
    agent.post(FAILED, data=answer)
    tasks.send_retry(only_retry().id)
    for job in db.session.query(OfferJob).filter_by(state=JobState.QUEUED):
        job.state, job.settled_at = JobState.FAILED, utc_now()
    db.session.commit()
    assert agent.post(FAILED, data=answer).location.startswith("/offers")
    assert only_retry().wanted == 2


def test_the_job_worked_twice_sends_once(agent: FlaskClient, run: Run) -> None:
    agent.post(f"/runs/{run.id}/retry")
    id = only_retry().id
    tasks.send_retry(id)
    tasks.send_retry(id)
    retry = only_retry()
    assert (retry.state, retry.wanted, retry.sent) == ("finished", 3, 3)
    run = db.session.scalars(select(Run)).one()
    assert (run.settled, run.failed, run.rejected, run.updated) == (1, 0, 0, 1)


@pytest.mark.usefixtures("run")
def test_what_succeeded_in_the_meantime_is_left_alone(agent: FlaskClient) -> None:
    agent.post(FAILED)
    first = db.session.scalars(select(OfferJob).order_by(OfferJob.id).limit(1)).one()
    first.state = JobState.DONE
    db.session.commit()
    tasks.send_retry(only_retry().id)
    assert states() == ["done", "queued", "rejected", "done"]
    retry = only_retry()
    assert (retry.sent, retry.left_alone) == (1, 1)
    marks = db.session.scalars(select(RetryJob.sent).order_by(RetryJob.job_id)).all()
    assert marks == [False, True]


def test_a_cancelled_retry_goes_no_further(
    agent: FlaskClient, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_again, "BATCH", 1)
    agent.post(f"/runs/{run.id}/retry")
    id = only_retry().id
    assert send_again.send_batch(id) == 1
    assert "Cancel this retry?" in agent.get(f"/retries/{id}/cancel").text
    agent.post(f"/retries/{id}/cancel")
    tasks.send_retry(id)
    assert states() == ["queued", "failed", "rejected", "done"]
    assert only_retry().state == "cancelled"
    assert (
        "All of them were sent already"
        in agent.post(f"/retries/{id}/cancel", follow_redirects=True).text
    )
    said = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert said[-2:] == ["offers_retried", "retry_cancelled"]


@pytest.mark.usefixtures("run")
def test_a_bell_that_was_lost_is_rung_again(agent: FlaskClient) -> None:
    agent.post(FAILED)
    queue = queues.queue(queues.DEFAULT)
    queue.empty()
    send_again.ring_for_open_retries()
    assert queue.job_ids == [f"retry-{only_retry().id}"]


def test_offers_of_another_agency_are_never_among_them(agent: FlaskClient, run: Run) -> None:
    theirs, ours = make_tried(make_agency("Faro Estates"), "Faro Export"), run.source_id
    assert "Retry 3 failed offers?" in agent.get("/offers/retry?sync=problems").text
    assert agent.get(f"/offers/retry?source={theirs.source_id}").status_code == 404
    agent.post(f"/offers/retry?sync=problems&agency={theirs.agency_id}")
    assert db.session.scalars(select(Retry)).all() == []
    agent.post("/offers/retry?sync=problems")
    tasks.send_retry(only_retry().id)
    assert set(
        db.session.scalars(select(OfferJob.source_id).where(OfferJob.state == "queued"))
    ) == {ours}


def test_an_admin_says_of_which_agency_first(client: FlaskClient, run: Run) -> None:
    make_tried(make_agency("Faro Estates"), "Faro Export")
    log_in(client, make_admin())
    page = client.get("/offers/retry?sync=failed").text
    assert f"/offers/retry?sync=failed&amp;agency={run.agency_id}" in page
    assert "Retry 2 failed offers?" in client.get(f"{FAILED}&agency={run.agency_id}").text
    assert client.post(FAILED).status_code == 200
    assert db.session.scalars(select(Retry)).all() == []


@pytest.mark.usefixtures("run")
def test_where_nothing_failed_there_is_nothing_to_press(agent: FlaskClient) -> None:
    assert "Nothing left to retry" in agent.get("/offers/retry?sync=ok").text
    assert "/offers/retry" not in agent.get("/offers?sync=ok").text
    assert agent.post("/offers/retry?sync=ok").location.startswith("/offers?")


def test_what_failed_of_an_issue_is_sent_again_and_refused_records_are_mapped_anew(
    agent: FlaskClient, run: Run
) -> None:
    issue = factories.make_issue(run, code="broken", field="")
    for job in db.session.query(OfferJob).order_by(OfferJob.id):
        db.session.add(
            OfferProblem(
                source_id=run.source_id, run_id=run.id, job_id=job.id, external_id=job.external_id,
                position=1, code="broken", severity="error", field="", raw="", message="It broke.",
            )
        )  # fmt: skip
    db.session.commit()
    address = f"/issues/{issue.id}/apply-again"
    agent.post(address)
    retry = only_retry()
    assert (retry.wanted, retry.filters) == (2, {"issue": str(issue.id)})
    assert agent.post(address).location == f"/retries/{retry.id}"
    assert db.session.query(Run).filter(Run.remap.is_not(None)).count() == 1
    assert f"All of issue {issue.id} that failed" in agent.get(f"/retries/{retry.id}").text


def test_the_database_lets_one_retry_of_an_agency_be_open(run: Run) -> None:
    db.session.add_all([Retry(agency_id=run.agency_id, wanted=1) for _ in range(2)])
    with pytest.raises(IntegrityError, match="uq_retries_open"):
        db.session.flush()
