"""Whom most tests of pages need: an agency, and an agent of it who is logged in."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from tests.people import log_in, make_agency, make_user
from webapp.models import Agency


@pytest.fixture
def agency(session: scoped_session[Session]) -> Agency:
    return make_agency("Costa Serena Homes")


@pytest.fixture
def agent(client: FlaskClient, agency: Agency) -> FlaskClient:
    """Their browser."""
    log_in(client, make_user(agency=agency))
    return client
