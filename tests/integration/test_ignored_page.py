"""The page of ignored fields: adding, removing, proposals, what is refused."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.people import log_in, make_user
from webapp.extensions import db
from webapp.models import Agency, AuditEntry, Role, Source
from webapp.services.ignore_paths import MOST_PATHS


@pytest.fixture
def source(agency: Agency) -> Source:
    source = factories.make_source(agency)
    source.volatile_paths = [{"path": "@exported", "share": 1.0, "runs": 3, "refused": False}]
    db.session.commit()
    return source


def stored(source: Source) -> Source:
    db.session.expire_all()
    return db.session.get_one(Source, source.id)


def test_a_proposal_is_accepted_and_noted(agent: FlaskClient, source: Source) -> None:
    here = f"/sources/{source.id}/ignored"
    assert "Proposed to be ignored" in agent.get(here).text
    assert agent.post(here, data={"path": "@exported"}).location == here
    assert stored(source).ignore_paths == ["@exported"]
    assert "Proposed to be ignored" not in agent.get(here).text
    noted = db.session.scalars(select(AuditEntry)).all()[-1]
    assert (noted.action, noted.detail) == (
        "ignore_paths_changed",
        {"before": [], "after": ["@exported"]},
    )


def test_a_refused_proposal_is_not_made_again(agent: FlaskClient, source: Source) -> None:
    agent.post(f"/sources/{source.id}/ignored/refuse", data={"path": "@exported"})
    assert stored(source).volatile_paths[0]["refused"] is True
    page = agent.get(f"/sources/{source.id}/ignored").text
    assert "Proposed to be ignored" not in page
    assert "Ignore after all" in page


def test_a_removed_field_counts_again_and_is_not_proposed(
    agent: FlaskClient, source: Source
) -> None:
    agent.post(f"/sources/{source.id}/ignored", data={"path": "@exported"})
    agent.post(f"/sources/{source.id}/ignored/remove", data={"path": "@exported"})
    assert stored(source).ignore_paths == []
    assert stored(source).volatile_paths[0]["refused"] is True


@pytest.mark.parametrize("path", ["", ".", "a[?b]", "a..b", "x" * 400])
def test_what_is_no_field_is_refused_with_what_was_typed(
    agent: FlaskClient, source: Source, path: str
) -> None:
    answer = agent.post(f"/sources/{source.id}/ignored", data={"path": path})
    assert answer.status_code == 422
    assert "This is no field of a record" in answer.text
    assert stored(source).ignore_paths == []


def test_there_is_an_end_to_ignoring(agent: FlaskClient, source: Source) -> None:
    source.ignore_paths = [f"field{number}" for number in range(MOST_PATHS)]
    db.session.commit()
    answer = agent.post(f"/sources/{source.id}/ignored", data={"path": "one.more"})
    assert answer.status_code == 422
    assert len(stored(source).ignore_paths) == MOST_PATHS


def test_a_field_that_offers_are_made_of_is_warned_of(agent: FlaskClient, source: Source) -> None:
    agent.post(f"/sources/{source.id}/ignored", data={"path": "price"})
    page = agent.get(f"/sources/{source.id}/ignored").text
    assert "A change of this alone is not noticed: price and deal." in page


def test_a_viewer_sees_the_fields_but_changes_none(
    client: FlaskClient, agency: Agency, source: Source
) -> None:
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agency))
    page = client.get(f"/sources/{source.id}/ignored").text
    assert "@exported" in page
    assert "Ignore another field" not in page
    assert client.post(f"/sources/{source.id}/ignored", data={"path": "a"}).status_code == 403
