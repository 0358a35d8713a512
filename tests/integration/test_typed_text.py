"""Control characters in what people type: they vanish, and PostgreSQL never sees a NUL."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.people import log_in, make_admin, make_agency
from webapp.models import Agency, Source, User

Db = scoped_session[Session]

SOURCE = {
    "name": "Har\0bour\x1b CRM",
    "location": "https://feeds.example/harbour\0.xml",
    "credential_kind": "header",
    "credential_name": "X-\0Key",
    "credential_secret": "secret\0",
}


@pytest.fixture
def admin(session: Db, client: FlaskClient) -> FlaskClient:
    log_in(client, make_admin())
    return client


def test_a_source_is_stored_without_them(admin: FlaskClient, session: Db) -> None:
    make_agency("Lantana")
    assert admin.post("/sources/new", data=SOURCE).status_code == 303
    source = session.scalars(select(Source)).one()
    assert (source.name, source.location) == ("Harbour CRM", "https://feeds.example/harbour.xml")


def test_people_and_agencies_are_stored_without_them(admin: FlaskClient, session: Db) -> None:
    admin.post("/agencies", data={"name": "Casa\0 Lantana"})
    agency = session.scalars(select(Agency)).one()
    person = {"email": "mara\0@faro.example", "name": "Mara\x07", "role": "agent"}
    admin.post("/users/invite", data={**person, "agency": f"{agency.id}\0"})
    mara = session.scalars(select(User).where(User.agency_id == agency.id)).one()
    assert (agency.name, mara.email, mara.name) == ("Casa Lantana", "mara@faro.example", "Mara")


def test_a_name_of_nothing_else_is_no_name(admin: FlaskClient) -> None:
    make_agency("Lantana")
    for address, fields in (
        ("/sources/new", {"location": "\0"}),
        ("/agencies", {"name": "\0"}),
    ):
        assert admin.post(address, data=fields).status_code == 422, address


@pytest.mark.parametrize(
    "address",
    [
        "/offers?search=%00&sort=%00&status=%00&lang=%00&after=%00.1",
        "/sources?search=%00&sort=%00&status=%00",
        "/users?search=%00",
        "/runs?state=%00&source=%00",
        "/sources/schedule?schedule_kind=cron&cron=%00&timezone=%00",
        "/invitation?token=%00",
    ],
)
def test_an_address_with_them_is_answered(admin: FlaskClient, address: str) -> None:
    assert admin.get(address).status_code < 500
