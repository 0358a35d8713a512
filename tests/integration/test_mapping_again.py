"""A person has the stored offers mapped again; a run that is going on comes first."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.people import log_in, make_agency, make_user
from webapp.extensions import db
from webapp.models import Run, RunState, Source, Trigger
from webapp.services.remaps import EVERYTHING

Db = scoped_session[Session]


@pytest.fixture
def source(session: Db) -> Source:
    source = factories.make_source(make_agency("Costa Serena Homes"))
    db.session.commit()
    return source


@pytest.fixture
def agent(client: FlaskClient, source: Source) -> FlaskClient:
    log_in(client, make_user(agency=source.agency))
    return client


def test_it_says_how_many_first_and_then_starts_a_run(agent: FlaskClient, source: Source) -> None:
    assert f"/sources/{source.id}/mapping/again" in agent.get(f"/sources/{source.id}").text
    assert "0 stored offers" in agent.get(f"/sources/{source.id}/mapping/again").text
    answer = agent.post(f"/sources/{source.id}/mapping/again")
    run = db.session.scalars(select(Run)).one()
    assert (answer.status_code, answer.location) == (303, f"/runs/{run.id}")
    assert (run.trigger, run.remap) == (Trigger.REMAP, EVERYTHING)


def test_it_waits_for_a_run_that_is_going_on(agent: FlaskClient, source: Source) -> None:
    factories.make_run(source, RunState.READING)
    db.session.commit()
    answer = agent.post(f"/sources/{source.id}/mapping/again")
    assert answer.location == f"/sources/{source.id}"
    db.session.expire_all()
    assert source.remap_due == EVERYTHING
