"""The pages of runs: while one goes on, when it has ended, and the decisions about it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobs import tasks
from tests import factories
from tests.busy_agency import make_busy_agency
from tests.people import log_in, make_user
from tests.statements import counted_statements
from webapp.extensions import db
from webapp.models import (
    Agency,
    JobState,
    OfferJob,
    Retry,
    Role,
    Run,
    RunState,
    Trigger,
    Verdict,
    utc_now,
)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def things(agency: Agency) -> dict[str, Any]:
    return make_busy_agency(agency)


def fresh(run: Run) -> Run:
    db.session.expire_all()
    return db.session.get_one(Run, run.id)


def test_the_list_is_newest_first_and_filtered(agent: FlaskClient, things: dict[str, Any]) -> None:
    every = agent.get("/runs").text
    assert every.index(f'id="run-{things["running"].id}"') < every.index('id="run-1"')
    going_on = agent.get("/runs?state=open").text
    assert "Monte Portal" in going_on
    assert 'id="run-1"' not in going_on
    of_one = agent.get(f"/runs?source={things['failed'].source_id}").text
    assert of_one.count('id="run-') == 1
    assert "No run matches" in agent.get("/runs?state=cancelled").text


def test_the_list_is_paged_by_links_in_both_directions(agent: FlaskClient, agency: Agency) -> None:
    source = factories.make_source(agency)
    for _ in range(120):
        factories.make_run(source)
    db.session.commit()
    assert 'id="run-71"' in agent.get("/runs").text
    second = agent.get("/runs?before=71").text
    assert 'id="run-70"' in second
    assert "before=21" in second and "after=70" in second
    back = agent.get("/runs?after=70").text
    assert 'id="run-120"' in back
    assert "after=" not in back.split('class="pagination"')[1]
    last = agent.get("/runs?before=21").text
    assert 'id="run-1"' in last
    assert "before=" not in last.split('class="pagination"')[1]


def test_a_run_that_goes_on_shows_how_far_it_is_and_asks_again(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    run = things["running"]
    page = agent.get(f"/runs/{run.id}").text
    assert "7,740 of 12,480" in page
    assert "offers a second" in page and "left" in page
    assert f'hx-get="/runs/{run.id}/progress" hx-trigger="every 1s"' in page
    piece = agent.get(f"/runs/{run.id}/progress", headers=HTMX)
    assert piece.status_code == 200
    assert "7,740 of 12,480" in piece.text
    assert "<html" not in piece.text
    assert piece.headers["Cache-Control"] == "no-store"


def test_the_last_answer_ends_the_polling_and_says_what_came_of_it(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    answer = agent.get(f"/runs/{things['held'].id}/progress", headers=HTMX)
    assert answer.status_code == 286
    assert "hx-trigger" not in answer.text
    assert 'id="run-notices" hx-swap-oob="true"' in answer.text
    assert "Withdraw these 34 offers" in answer.text
    assert "held: removals wait for a person" in answer.headers["HX-Trigger"]


def test_the_progress_of_a_run_in_a_browser_without_scripts_is_its_page(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    answer = agent.get(f"/runs/{things['running'].id}/progress")
    assert answer.location == f"/runs/{things['running'].id}"


@pytest.mark.parametrize(
    ("state", "facts", "words"),
    [
        (RunState.QUEUED, {}, "Waiting for a worker"),
        (RunState.QUEUED, {"attempt": 1, "error_message": "Timed out"}, "Tried again soon"),
        (RunState.FETCHING, {"bytes_read": 2_000_000, "bytes": 8_000_000}, "2 MB / 8 MB"),
        (RunState.FETCHING, {"bytes_read": 2_000_000}, "2 MB"),
        (RunState.READING, {"read": 4000, "settled": 1200}, "4,000 records read, 1,200 offers"),
        (RunState.FINISHED, {"staged": 9, "settled": 4}, "4 of 9"),
        (RunState.APPLYING, {"staged": 0}, "Applying offers"),
    ],
)
def test_every_phase_says_what_it_does(
    agent: FlaskClient, agency: Agency, state: str, facts: dict[str, Any], words: str
) -> None:
    run = factories.make_run(factories.make_source(agency), state, **facts)
    db.session.commit()
    assert words in agent.get(f"/runs/{run.id}").text


def test_a_failed_run_says_what_where_and_what_to_do(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    text = agent.get(f"/runs/{things['failed'].id}").text
    assert "The server sent a login page instead of the feed." in text
    assert "Where: https://feeds.example/alcor.xml" in text
    assert "What to do: Check the user name and password" in text


def test_doubts_about_a_feed_are_said_in_words(agent: FlaskClient, agency: Agency) -> None:
    reasons = [
        {"code": "fewer_records_than_usual", "seen": 60, "expected": 133},
        {"code": "declared_count_differs", "seen": 60, "expected": 133},
        {"code": "memory_lost", "seen": 1, "expected": 2},
        {"code": "key_fields_missing", "seen": 1, "expected": 2},
        {"code": "broken_off", "seen": 60, "expected": 60},
        {"code": "no_records", "seen": 0, "expected": 1},
        {"code": "a_code_of_tomorrow", "seen": 0, "expected": 1},
    ]
    run = factories.make_run(
        factories.make_source(agency), verdict=Verdict.INCOMPLETE, verdict_reasons=reasons
    )
    db.session.commit()
    text = agent.get(f"/runs/{run.id}").text
    assert "There were 60 records; usually there are about 133." in text
    assert "The feed announces 133 offers, but 60 were in it." in text
    assert "The file broke off after 60 records." in text
    assert "a_code_of_tomorrow" in text
    assert "nothing was withdrawn" in text


def test_counters_lead_to_their_lists(agent: FlaskClient, things: dict[str, Any]) -> None:
    id = things["last"].id
    page = agent.get(f"/runs/{id}").text
    for show in ("created", "updated", "rejected", "withdrawn"):
        assert f"/runs/{id}?show={show}#list" in page
    created = agent.get(f"/runs/{id}?show=created").text
    assert created.count("/offers/") >= 4
    updated = agent.get(f"/runs/{id}?show=updated").text
    assert "areas.built" in updated
    rejected = agent.get(f"/runs/{id}?show=rejected").text
    assert "NEW-0" in rejected and "Ask the vendor to send it" in rejected
    assert "without id" in agent.get(f"/runs/{id}?show=unidentified").text
    held = agent.get(f"/runs/{things['held'].id}?page=2").text
    assert held.count("Bright") == 9
    assert "Nothing on this list" in agent.get(f"/runs/{id}?show=held").text
    assert agent.get(f"/runs/{id}?show=nonsense&page=nonsense").status_code == 200


def test_a_page_of_unsuccessful_jobs_sends_as_many_statements_as_one_job(
    app: Flask, agent: FlaskClient, agency: Agency
) -> None:
    run = factories.make_run(factories.make_source(agency))
    factories.make_rejected_job(run, "A-0")
    db.session.commit()
    with counted_statements(app) as for_one:
        agent.get(f"/runs/{run.id}")
    for number in range(1, 25):
        factories.make_rejected_job(run, f"A-{number}")
    db.session.commit()
    with counted_statements(app) as for_many:
        page = agent.get(f"/runs/{run.id}").text
    assert page.count("Ask the vendor to send it") == 25
    assert len(for_many) == len(for_one) <= 8


def test_withdrawing_states_the_number_and_is_decided_once(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    run = things["held"]
    assert "Withdraw 34 offers?" in agent.get(f"/runs/{run.id}/withdraw").text
    answer = agent.post(f"/runs/{run.id}/withdraw", follow_redirects=True)
    assert "34 offers are withdrawn." in answer.text
    assert (fresh(run).decision, fresh(run).state) == ("approved", RunState.FINISHED)
    decided_at = fresh(run).decided_at
    again = agent.post(f"/runs/{run.id}/discard", follow_redirects=True)
    assert "doesn’t wait for a decision" in again.text
    assert (fresh(run).decision, fresh(run).decided_at) == ("approved", decided_at)
    assert "Nothing to decide" in agent.get(f"/runs/{run.id}/withdraw").text


def test_discarding_withdraws_nothing(agent: FlaskClient, things: dict[str, Any]) -> None:
    run = things["held"]
    assert "Keep 34 offers and discard the list?" in agent.get(f"/runs/{run.id}/discard").text
    answer = agent.post(f"/runs/{run.id}/discard", follow_redirects=True)
    assert "Nothing is withdrawn." in answer.text
    assert "Inés Valdemar" in answer.text
    assert (fresh(run).decision, fresh(run).withdrawn) == ("discarded", 0)


def test_a_run_is_cancelled_once(agent: FlaskClient, things: dict[str, Any]) -> None:
    run = things["running"]
    assert f"Cancel run {run.id}?" in agent.get(f"/runs/{run.id}/cancel").text
    answer = agent.post(f"/runs/{run.id}/cancel", follow_redirects=True)
    assert f"Run {run.id} is cancelled." in answer.text
    assert fresh(run).state == RunState.CANCELLED
    again = agent.post(f"/runs/{run.id}/cancel", follow_redirects=True)
    assert "was over already" in again.text


def test_cancelling_a_remap_says_what_becomes_of_the_offers_it_has_not_reached(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    run = things["running"]
    words = "Offers that it has not reached keep what was mapped before"
    assert words not in agent.get(f"/runs/{run.id}/cancel").text
    run.trigger = Trigger.REMAP
    db.session.commit()
    assert words in agent.get(f"/runs/{run.id}/cancel").text


@pytest.mark.usefixtures("valkey")
def test_retrying_states_the_count_and_the_second_press_does_nothing(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    address = f"/runs/{things['last'].id}/retry"
    assert "Retry 4 failed offers?" in agent.get(address).text
    assert "4 offers are sent again." in agent.post(address, follow_redirects=True).text
    assert "sent again already" in agent.post(address, follow_redirects=True).text
    tasks.send_retry(db.session.scalars(select(Retry.id)).one())
    queued = select(func.count()).where(OfferJob.state == JobState.QUEUED)
    assert db.session.scalar(queued) == 4
    assert "nothing left to retry" in agent.post(address, follow_redirects=True).text
    assert db.session.scalar(queued) == 4
    assert "Nothing left to retry" in agent.get(address).text


def test_one_record_shows_its_problem_and_the_raw_record_without_secrets(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    job = things["refused"]
    text = agent.get(f"/runs/{job.run_id}/jobs/{job.id}").text
    assert "The type is missing" in text
    assert "&#34;price&#34;: &#34;345000&#34;" in text
    assert "hunter2" not in text and "t0ps3cret" not in text
    assert "https://***@feeds.example/photos?token=***" in text


def test_one_record_is_retried_and_only_that_one(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    job = things["refused"]
    answer = agent.post(f"/runs/{job.run_id}/jobs/{job.id}/retry", follow_redirects=True)
    assert "The offer is sent again." in answer.text
    queued = db.session.scalars(select(OfferJob.id).where(OfferJob.state == JobState.QUEUED)).all()
    assert queued == [job.id]
    again = agent.post(f"/runs/{job.run_id}/jobs/{job.id}/retry", follow_redirects=True)
    assert "There is nothing left to retry." in again.text


def test_a_job_of_another_run_is_not_found_under_this_one(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    address = f"/runs/{things['held'].id}/jobs/{things['refused'].id}"
    assert agent.get(address).status_code == 404
    assert agent.post(f"{address}/retry").status_code == 404
    assert agent.get(f"/runs/{things['held'].id}/jobs/{2**70}").status_code == 404


def test_a_viewer_sees_the_hold_but_no_buttons(
    client: FlaskClient, agency: Agency, things: dict[str, Any]
) -> None:
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agency))
    held = client.get(f"/runs/{things['held'].id}").text
    assert "An agent or admin decides." in held
    assert "Withdraw these" not in held and "Discard" not in held
    last = client.get(f"/runs/{things['last'].id}").text
    assert "Retry" not in last
    assert "Cancel run" not in client.get(f"/runs/{things['running'].id}").text


def test_the_page_stops_looking_for_a_withdrawal_that_does_not_come(
    agent: FlaskClient, things: dict[str, Any]
) -> None:
    run = things["held"]
    agent.post(f"/runs/{run.id}/withdraw")
    assert "Withdrawing offers" in agent.get(f"/runs/{run.id}").text
    decided = fresh(run)
    decided.decided_at = utc_now() - timedelta(minutes=5)
    db.session.commit()
    assert "Withdrawing offers" not in agent.get(f"/runs/{run.id}").text


def test_an_agency_without_runs_is_told_how_they_come(agent: FlaskClient) -> None:
    assert "No run yet" in agent.get("/runs").text


@pytest.fixture
def stuck(agency: Agency) -> Run:
    """A run that failed over the first of several files of changes."""
    source = factories.make_source(agency, fetching={"pick": "all"})
    source.located_at = utc_now() - timedelta(days=2)
    run = factories.make_run(
        source, RunState.FAILED, verdict=Verdict.INCOMPLETE, file_mark="20261122101500 a.xml",
        error_code="damaged_archive", error_message="It is damaged.", files_left=2,
    )  # fmt: skip
    db.session.commit()
    return run


def test_a_file_that_holds_others_up_is_skipped_once(agent: FlaskClient, stuck: Run) -> None:
    page = agent.get(f"/runs/{stuck.id}").text
    assert ("a.xml holds up the files after it" in page, "2 newer files wait" in page) == (
        True,
        True,
    )
    assert "Skip a.xml?" in agent.get(f"/runs/{stuck.id}/skip-file").text
    answer = agent.post(f"/runs/{stuck.id}/skip-file")
    following = db.session.scalars(select(Run).where(Run.state == RunState.QUEUED)).one()
    assert answer.location == f"/runs/{following.id}"
    skipped = fresh(stuck)
    assert (skipped.decision, skipped.source.fetching) == (
        "file_skipped",
        {"pick": "all", "read_up_to": "20261122101500 a.xml"},
    )
    page = agent.get(f"/runs/{stuck.id}").text
    assert ("File skipped" in page, "holds up the files" in page) == (True, False)
    again = agent.post(f"/runs/{stuck.id}/skip-file", follow_redirects=True)
    assert "doesn’t hold up any others" in again.text


def test_a_viewer_skips_no_file(client: FlaskClient, agency: Agency, stuck: Run) -> None:
    log_in(client, make_user(role=Role.VIEWER, agency=agency))
    page = client.get(f"/runs/{stuck.id}").text
    assert ("holds up the files" in page, "Skip this file" in page) == (True, False)
    assert client.post(f"/runs/{stuck.id}/skip-file").status_code == 403
    assert fresh(stuck).decision is None


def test_the_files_of_a_run_are_named(agent: FlaskClient, agency: Agency) -> None:
    source = factories.make_source(agency)
    fetched = factories.step(
        "fetch", utc_now(), 1.0, bytes=7, files=["b.xml", "a.xml"], file_count=5
    )
    several = factories.make_run(source, steps=[fetched])
    uploaded = factories.make_run(source, trigger="upload", file_path="offers.zip")
    db.session.commit()
    assert "b.xml, a.xml and 3 more" in agent.get(f"/runs/{several.id}").text
    assert "offers.zip" in agent.get(f"/runs/{uploaded.id}").text
