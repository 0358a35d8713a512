"""The pages of sources: the list, one source, its problems, and running, pausing, deleting it."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import factories
from tests.busy_agency import make_busy_agency
from tests.people import log_in, make_user
from tests.statements import counted_statements
from webapp.extensions import db
from webapp.models import (
    Agency,
    Offer,
    OfferJob,
    OfferRecord,
    Role,
    Run,
    RunState,
    Source,
    Trigger,
    utc_now,
)


def the_source() -> Source:
    db.session.expire_all()
    return db.session.scalars(select(Source)).one()


def test_run_now_starts_a_run_and_leads_to_it(agent: FlaskClient, agency: Agency) -> None:
    source = factories.make_source(agency)
    db.session.commit()
    answer = agent.post(f"/sources/{source.id}/run")
    run = db.session.scalars(select(Run)).one()
    assert (run.state, run.trigger) == (RunState.QUEUED, Trigger.MANUAL)
    assert answer.location == f"/runs/{run.id}"
    again = agent.post(f"/sources/{source.id}/run")
    assert again.location == f"/runs/{run.id}"
    assert db.session.scalar(select(func.count()).select_from(Run)) == 1


def test_a_paused_source_is_not_planned_until_it_is_resumed(
    agent: FlaskClient, agency: Agency
) -> None:
    source = factories.make_source(agency)
    db.session.commit()
    agent.post(f"/sources/{source.id}/pause")
    assert (the_source().status, the_source().next_run_at) == ("paused", None)
    assert "Paused: it is not read" in agent.get(f"/sources/{source.id}").text
    agent.post(f"/sources/{source.id}/resume")
    assert the_source().status == "active"
    assert the_source().next_run_at is not None


def test_deleting_states_the_count_first_and_takes_everything_along(
    agent: FlaskClient, agency: Agency
) -> None:
    things = make_busy_agency(agency)
    kept = db.session.scalar(select(func.count()).where(Offer.source_id != things["calm"].id))
    page = agent.get(f"/sources/{things['calm'].id}/delete").text
    assert "60 offers with their history and 13 runs" in page
    answer = agent.post(f"/sources/{things['calm'].id}/delete")
    assert answer.location == "/sources"
    assert db.session.scalar(select(func.count()).select_from(Offer)) == kept
    for model in (OfferJob, OfferRecord):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_a_source_that_is_being_read_is_not_deleted(agent: FlaskClient, agency: Agency) -> None:
    source = factories.make_source(agency)
    run = factories.make_run(source, RunState.READING)
    db.session.commit()
    assert agent.post(f"/sources/{source.id}/delete").location == f"/runs/{run.id}"
    assert the_source().id == source.id


def test_the_list_is_searched_filtered_and_sorted(agent: FlaskClient, agency: Agency) -> None:
    make_busy_agency(agency)
    assert "Old Harbour Feed" in agent.get("/sources?search=harbour").text
    assert "Lirio CRM" not in agent.get("/sources?search=harbour").text
    assert "No source matches" in agent.get("/sources?search=100%25").text
    paused = agent.get("/sources?status=paused").text
    assert "Río Calmo Weekly" in paused
    assert "Lirio CRM" not in paused
    named = agent.get("/sources?sort=-name").text
    assert named.index("Río Calmo") < named.index("Monte Portal") < named.index("Alcor")
    worst_first = agent.get("/sources").text
    assert worst_first.index("Faro Export") < worst_first.index("Old Harbour")
    assert agent.get("/sources?sort=nonsense&page=0&status=nonsense&agency=x").status_code == 200


def test_the_list_sends_as_many_statements_for_many_sources_as_for_one(
    app: Flask, agent: FlaskClient, agency: Agency
) -> None:
    factories.make_source(agency, "One")
    db.session.commit()
    with counted_statements(app) as for_one:
        agent.get("/sources")
    for number in range(20):
        factories.make_run(factories.make_source(agency, f"Feed {number}"))
    db.session.commit()
    with counted_statements(app) as for_many:
        agent.get("/sources")
    assert len(for_many) == len(for_one) <= 5


def test_the_page_shows_counts_issues_and_the_last_runs(agent: FlaskClient, agency: Agency) -> None:
    things = make_busy_agency(agency)
    text = agent.get(f"/sources/{things['calm'].id}").text
    for words in ("58", "The last 13 runs", "We do not know “Quinta” yet", "key=***", "Kyero v3"):
        assert words in text
    assert "s3cret" not in text


def test_the_problems_of_an_issue_are_listed_with_what_to_do(
    agent: FlaskClient, agency: Agency
) -> None:
    things = make_busy_agency(agency)
    id = things["calm"].id
    every = agent.get(f"/sources/{id}/problems").text
    assert "LR" in every and "without id" in every
    assert "Ask the vendor to send it" in every
    only = agent.get(f"/sources/{id}/problems?code=missing_id&field=type").text
    assert "without id" in only
    assert "NEW-1" not in only
    assert "No such problem" in agent.get(f"/sources/{id}/problems?code=nonsense").text
    assert "Nothing is wrong" in agent.get(f"/sources/{things['failed'].source_id}/problems").text


def test_an_agency_without_sources_is_told_what_to_do(agent: FlaskClient) -> None:
    assert "Set up the first source" in agent.get("/sources").text


def test_a_viewer_sees_no_buttons(client: FlaskClient, agency: Agency) -> None:
    source = factories.make_source(agency)
    db.session.commit()
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agency))
    text = client.get(f"/sources/{source.id}").text
    for word in ("Run now", "Pause", "Delete", "Edit"):
        assert word not in text
    assert "New source" not in client.get("/sources").text


def test_a_time_that_has_passed_is_due_now(agent: FlaskClient, agency: Agency) -> None:
    factories.make_source(agency, next_run_at=utc_now() - timedelta(minutes=3))
    db.session.commit()
    assert "Due now" in agent.get("/sources").text


def test_the_page_says_what_the_feed_is(agent: FlaskClient, agency: Agency) -> None:
    source = factories.make_source(agency)
    read = factories.step("read", utc_now(), 1.0, records=7, encoding="windows-1252", delimiter=";")
    factories.make_run(source, steps=[read])
    db.session.commit()
    page = agent.get(f"/sources/{source.id}").text
    assert "<code>/root/property</code>" in page
    assert "windows-1252, separated by semicolons" in page
