"""Versions of a mapping: the list, what tells two apart, and going back to one as a draft."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.people import log_in, make_agency, make_user
from webapp.extensions import db
from webapp.models import Role, Source
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.services.drafts import draft_of
from webapp.services.mappings import add_version

Db = scoped_session[Session]


@pytest.fixture
def source(session: Db) -> Source:
    source = factories.make_source(make_agency("Costa Serena Homes"))
    changed(source, "location.city", {"path": "<b>town</b>"})
    changed(source, "location.city", {"path": "city"})
    db.session.commit()
    return source


@pytest.fixture
def agent(client: FlaskClient, source: Source) -> FlaskClient:
    log_in(client, make_user(agency=source.agency))
    return client


def changed(source: Source, field: str, rule: dict[str, str]) -> None:
    assert source.mapping is not None
    data = as_data(MappingDocument.model_validate(source.mapping.document))
    data["fields"][field] = rule
    add_version(source, MappingDocument.model_validate(data), None)


def test_versions_are_listed_the_newest_first(agent: FlaskClient, source: Source) -> None:
    page = agent.get(f"/sources/{source.id}/mapping/versions").text
    assert page.index("Version 3") < page.index("Version 2") < page.index("Version 1")
    assert page.count("In force") == 1
    assert page.count("1 part") == 2


def test_two_versions_are_told_apart_and_what_a_feed_says_is_escaped(
    agent: FlaskClient, source: Source
) -> None:
    page = agent.get(f"/sources/{source.id}/mapping/versions/3").text
    assert "Town" in page
    assert "&lt;b&gt;town&lt;/b&gt;" in page
    assert "<code>city</code>" in page
    against_first = agent.get(f"/sources/{source.id}/mapping/versions/3?against=1").text
    assert "&lt;b&gt;" not in against_first
    assert "<code>city</code>" in against_first


def test_a_version_that_there_is_not_is_not_found(agent: FlaskClient, source: Source) -> None:
    assert agent.get(f"/sources/{source.id}/mapping/versions/4").status_code == 404
    assert agent.get(f"/sources/{source.id}/mapping/versions/{2**40}").status_code == 404
    assert agent.get(f"/sources/{source.id}/mapping/versions/3?against=99").status_code == 200


def test_going_back_makes_a_draft_and_changes_nothing_yet(
    agent: FlaskClient, source: Source
) -> None:
    in_force = source.mapping_id
    answer = agent.post(f"/sources/{source.id}/mapping/versions/1/restore")
    assert (answer.status_code, answer.location) == (303, f"/sources/{source.id}/mapping")
    db.session.expire_all()
    draft = draft_of(source)
    assert draft is not None
    assert source.mapping_id == in_force
    assert "city" not in str(draft.document.fields["location.city"])
    assert "take" in agent.get(f"/sources/{source.id}/mapping/versions").text


def test_a_viewer_reads_versions_and_restores_none(client: FlaskClient, source: Source) -> None:
    log_in(client, make_user(agency=source.agency, role=Role.VIEWER))
    assert "Go back" not in client.get(f"/sources/{source.id}/mapping/versions").text
    assert client.post(f"/sources/{source.id}/mapping/versions/1/restore").status_code == 403
