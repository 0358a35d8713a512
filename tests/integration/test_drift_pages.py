"""A file of another kind on the pages: what differs, and the two answers to it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.people import log_in, make_user
from webapp.extensions import db
from webapp.models import Agency, Role, Run, RunState, Trigger

FIELDS = {
    "gone": [{"path": "price", "share": 1.0}, {"path": "<b>town</b>", "share": 0.97}],
    "new": [{"path": "amount", "share": 0.995}],
}


def drifted(agency: Agency, drift: dict[str, Any] = FIELDS) -> Run:
    run = factories.make_run(
        factories.make_source(agency),
        RunState.HELD,
        verdict="incomplete",
        drift=drift,
        error_code="feed_drifted",
        error_message="This file is of another kind than before.",
    )
    db.session.commit()
    return run


def fresh(run: Run) -> Run:
    db.session.expire_all()
    return db.session.get_one(Run, run.id)


def test_the_run_shows_what_differs(agent: FlaskClient, agency: Agency) -> None:
    page = agent.get(f"/runs/{drifted(agency).id}").text
    assert "This file is of another kind than before." in page
    assert ">97 %<" in page and "<code>amount</code>" in page
    assert "&lt;b&gt;town&lt;/b&gt;" in page
    assert "Read it all the same" in page and "Leave it" in page
    assert "Withdraw" not in page.split('id="drift-title"')[0].split('id="run-notices"')[1]


def test_a_file_that_the_mapping_cannot_read_is_only_left(
    agent: FlaskClient, agency: Agency
) -> None:
    run = drifted(agency, {"expected": "xml", "found": "csv"})
    page = agent.get(f"/runs/{run.id}").text
    assert "Text table (CSV)" in page and "Leave it" in page
    assert "Read it all the same" not in page
    assert "Nothing to decide" in agent.get(f"/runs/{run.id}/read-anyway").text


def test_reading_it_all_the_same_starts_a_run_that_accepts_it(
    agent: FlaskClient, agency: Agency
) -> None:
    run = drifted(agency)
    assert "Read the file all the same?" in agent.get(f"/runs/{run.id}/read-anyway").text
    answer = agent.post(f"/runs/{run.id}/read-anyway", follow_redirects=True)
    assert "The file is read as it is" in answer.text
    following = db.session.get_one(Run, run.id + 1)
    assert (following.accepts_drift, following.trigger) == (True, Trigger.MANUAL)
    assert (fresh(run).state, fresh(run).decision) == ("finished", "read_anyway")


def test_nothing_is_decided_while_the_source_is_being_read(
    agent: FlaskClient, agency: Agency
) -> None:
    run = drifted(agency)
    factories.make_run(run.source, RunState.APPLYING, staged=3)
    db.session.commit()
    answer = agent.post(f"/runs/{run.id}/read-anyway", follow_redirects=True)
    assert "being read already" in answer.text
    assert (fresh(run).state, fresh(run).decision) == ("held", None)


def test_leaving_it_is_decided_once(agent: FlaskClient, agency: Agency) -> None:
    run = drifted(agency)
    assert "Leave this file?" in agent.get(f"/runs/{run.id}/leave").text
    answer = agent.post(f"/runs/{run.id}/leave", follow_redirects=True)
    assert "File left, nothing of it used" in answer.text
    again = agent.post(f"/runs/{run.id}/leave", follow_redirects=True)
    assert "doesn’t wait for a decision" in again.text
    assert fresh(run).decision == "left"


def test_it_is_no_list_of_removals(agent: FlaskClient, agency: Agency) -> None:
    run = drifted(agency)
    assert "Nothing to decide" in agent.get(f"/runs/{run.id}/withdraw").text
    agent.post(f"/runs/{run.id}/withdraw")
    assert fresh(run).state == "held"


def test_the_overview_asks_for_a_person(agent: FlaskClient, agency: Agency) -> None:
    run = drifted(agency)
    page = agent.get("/").text
    assert "a file of another kind waits for you" in page
    assert f'href="/runs/{run.id}"' in page


def test_a_viewer_sees_it_without_the_buttons(client: FlaskClient, agency: Agency) -> None:
    run = drifted(agency)
    log_in(client, make_user("vera@dock.example", agency=agency, role=Role.VIEWER))
    page = client.get(f"/runs/{run.id}").text
    assert "An agent or admin decides." in page
    assert "Leave it" not in page


@pytest.mark.parametrize(
    ("remap", "words"),
    [
        ({"all": True}, "all stored records"),
        ({"values": {"types": ["cave", "hut"]}}, "stored records with “cave”, “hut”"),
        ({"values": {"types": ["a", "b", "c", "d", "e"]}}, "“a”, “b”, “c” and 2 more"),
    ],
)
def test_a_remap_says_what_it_maps_again(
    agent: FlaskClient, agency: Agency, remap: dict[str, Any], words: str
) -> None:
    source = factories.make_source(agency)
    run = factories.make_run(source, RunState.READING, trigger=Trigger.REMAP, remap=remap, read=12)
    db.session.commit()
    page = agent.get(f"/runs/{run.id}").text
    assert "Mapped again" in page and words in page
    assert "Mapping stored records again" in page and "Read stored records" in page
    assert "The feed was complete" not in page


def test_a_remap_does_not_hide_that_the_feed_failed(agent: FlaskClient, agency: Agency) -> None:
    source = factories.make_source(agency)
    factories.make_run(source, RunState.FAILED, error_message="The server is gone.")
    factories.make_run(source, trigger=Trigger.REMAP, remap={"all": True})
    db.session.commit()
    assert "the last run failed" in agent.get("/").text
