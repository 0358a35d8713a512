"""Admins' pages of people and agencies, and the command that adds people."""

import json
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.people import log_in, make_admin, make_agency, make_user
from webapp.extensions import db
from webapp.models import Agency, Role, User
from webapp.services import accounts
from webapp.services.accounts import AccountRefused

Db = scoped_session[Session]

ADMIN_PAGES = [
    "/users",
    "/users/invite",
    "/users/1",
    "/users/1/link",
    "/users/1/deactivate",
    "/agencies",
]


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
@pytest.mark.parametrize("address", ADMIN_PAGES)
def test_people_who_are_no_admins_get_403(
    session: Db, client: FlaskClient, role: Role, address: str
) -> None:
    log_in(client, make_user(role=role))
    answer = client.get(address)
    assert answer.status_code == 403
    assert "You may not do this" in answer.text
    assert "/users" not in client.get("/password").text


@pytest.mark.parametrize("address", ADMIN_PAGES)
def test_people_who_are_not_logged_in_are_sent_to_the_login(
    client: FlaskClient, address: str
) -> None:
    assert client.get(address).location.startswith("/login?next=")


def test_an_invited_person_appears_as_invited_and_gets_a_link(
    session: Db, client: FlaskClient
) -> None:
    log_in(client, make_admin())
    agency = make_agency()
    answer = client.post(
        "/users/invite",
        data={
            "email": "Mara@Lantana.example",
            "name": "Mara Lindqvist",
            "role": "viewer",
            "agency": str(agency.id),
        },
    )
    assert answer.status_code == 303
    link_page = client.get(answer.location)
    assert "/invitation?token=" in link_page.text
    assert link_page.headers["Cache-Control"] == "no-store"
    mara = session.scalars(select(User).where(User.name == "Mara Lindqvist")).one()
    assert (mara.email, mara.role, mara.agency_id) == ("mara@lantana.example", "viewer", agency.id)
    assert "Invited" in client.get("/users?search=mara").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "not an address"}, "is not an email address"),
        ({"email": "a@b@c.example"}, "is not an email address"),
        ({"email": "ADA@dock.example"}, "is here already"),
        ({"name": "   "}, "Give the person’s name"),
        ({"agency": ""}, "Choose the agency"),
        ({"agency": "999"}, "Not a valid choice"),
        ({"role": "owner"}, "Not a valid choice"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused_at_its_field(
    session: Db, client: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    log_in(client, make_admin())
    good = {"email": "x@y.example", "name": "X", "role": "agent", "agency": str(make_agency().id)}
    answer = client.post("/users/invite", data={**good, **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'role="alert"' in answer.text
    assert session.scalar(select(func.count(User.id))) == 1


def test_a_role_is_changed_and_the_agency_follows(session: Db, client: FlaskClient) -> None:
    log_in(client, make_admin())
    user, faro = make_user(), make_agency("Faro Homes")
    client.post(f"/users/{user.id}", data={"role": "viewer", "agency": str(faro.id)})
    session.refresh(user)
    assert (user.role, user.agency_id) == ("viewer", faro.id)
    client.post(f"/users/{user.id}", data={"role": "admin", "agency": str(faro.id)})
    session.refresh(user)
    assert (user.role, user.agency_id) == ("admin", None)


def test_the_only_admin_can_neither_step_down_nor_be_deactivated(
    session: Db, client: FlaskClient
) -> None:
    admin = make_admin()
    log_in(client, admin)
    agency = make_agency()
    answer = client.post(f"/users/{admin.id}", data={"role": "agent", "agency": str(agency.id)})
    assert answer.status_code == 422
    assert "is the only admin" in answer.text
    client.post(f"/users/{admin.id}/deactivate")
    session.refresh(admin)
    assert (admin.role, admin.is_active) == ("admin", True)


def test_two_admins_can_not_remove_each_other_at_the_same_moment(app: Flask, session: Db) -> None:
    ids = [make_admin().id, make_admin("bo@dock.example", "Bo").id]
    session.commit()
    refusals: list[str] = []
    together = threading.Barrier(2)

    def remove(id: int) -> None:
        with app.app_context():
            user = db.session.get(User, id)
            assert user is not None
            together.wait(timeout=10)
            try:
                accounts.deactivate(user)
            except AccountRefused as refusal:
                refusals.append(str(refusal))
                db.session.rollback()
            else:
                db.session.commit()

    threads = [threading.Thread(target=remove, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 1
    left = select(func.count(User.id)).where(User.deactivated_at.is_(None))
    assert session.scalar(left) == 1


def test_deactivating_and_reactivating_is_asked_and_undone(
    session: Db, client: FlaskClient
) -> None:
    log_in(client, make_admin())
    user = make_user()
    assert "Nothing of theirs is deleted" in client.get(f"/users/{user.id}/deactivate").text
    session.refresh(user)
    assert user.is_active
    client.post(f"/users/{user.id}/deactivate")
    session.refresh(user)
    assert not user.is_active
    assert client.get(f"/users/{user.id}/link").status_code == 404
    client.post(f"/users/{user.id}/reactivate")
    session.refresh(user)
    assert user.is_active


@pytest.mark.parametrize("id", ["999", "9223372036854775807", "92233720368547758080"])
def test_a_person_who_does_not_exist_is_404(session: Db, client: FlaskClient, id: str) -> None:
    log_in(client, make_admin())
    assert client.get(f"/users/{id}").status_code == 404


def test_people_are_found_by_words_and_agency_and_paged(session: Db, client: FlaskClient) -> None:
    log_in(client, make_admin())
    lantana, faro = make_agency("Casa Lantana"), make_agency("Faro Homes")
    for number in range(55):
        accounts.add_user(f"p{number}@faro.example", f"Person {number:02}", Role.AGENT, faro)
    accounts.add_user("ines@lantana.example", "100% Inés", Role.AGENT, lantana)
    session.commit()
    first = client.get(f"/users?agency={faro.id}").text
    assert "1–50 of 55" in first
    assert f"/users?agency={faro.id}&amp;page=2" in first
    assert "51–55 of 55" in client.get(f"/users?agency={faro.id}&page=2").text
    assert "51–55 of 55" in client.get(f"/users?agency={faro.id}&page=99").text
    assert "1–1 of 1" in client.get("/users?search=100%25").text
    assert "Nobody matches" in client.get("/users?search=nobody").text
    assert client.get("/users?page=x&agency=x").status_code == 200
    assert client.get(f"/users?search=%00&page={10**30}&agency={10**30}").status_code == 200


def test_a_fragment_is_the_list_alone(session: Db, client: FlaskClient) -> None:
    log_in(client, make_admin())
    fragment = client.get("/users", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert fragment.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in fragment.headers["Vary"]
    for header in ("HX-Boosted", "HX-History-Restore-Request"):
        whole = client.get("/users", headers={"HX-Request": "true", header: "true"})
        assert "<html" in whole.text


def test_an_agency_is_created_once(session: Db, client: FlaskClient) -> None:
    log_in(client, make_admin())
    assert client.post("/agencies", data={"name": " Côte  d’Or "}).status_code == 303
    again = client.post("/agencies", data={"name": "CÔTE D’OR"})
    assert again.status_code == 422
    assert "is here already" in again.text
    agency = session.scalars(select(Agency)).one()
    assert (agency.name, agency.slug) == ("Côte d’Or", "cote-dor")


def test_names_are_never_markup(session: Db, client: FlaskClient) -> None:
    log_in(client, make_admin())
    make_user("x@y.example", "<script>alert(1)</script>", Role.VIEWER, make_agency("<b>Bold</b>"))
    page = client.get("/users").text
    assert "<script>alert" not in page
    assert "<b>Bold" not in page


def test_the_command_adds_an_admin_who_can_log_in(app: Flask, session: Db) -> None:
    result = app.test_cli_runner().invoke(
        args=["user", "add", "ada@dock.example", "--name", "Ada", "--role", "admin",
              "--password-stdin", "--json"],
        input="seven quiet herons\n",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert json.loads(result.output) == {
        "id": 1,
        "email": "ada@dock.example",
        "role": "admin",
        "agency": None,
    }
    assert accounts.authenticate("ada@dock.example", "seven quiet herons") is not None


def test_the_command_makes_an_invitation_and_a_new_agency(
    app: Flask, session: Db, client: FlaskClient
) -> None:
    result = app.test_cli_runner().invoke(
        args=["user", "add", "ines@lantana.example", "--name", "Inés", "--agency", "Casa Lantana",
              "--invite", "--json"]
    )  # fmt: skip
    told = json.loads(result.output)
    assert (told["role"], told["agency"]) == ("agent", "casa-lantana")
    assert client.get(told["link"].removeprefix("http://127.0.0.1:8000")).status_code == 200


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["x@y.example", "--name", "X", "--invite"], "Choose the agency"),
        (["nonsense", "--name", "X", "--agency", "A", "--invite"], "is not an email address"),
        (["x@y.example", "--name", "X", "--agency", "A", "--password-stdin"], "at least 10"),
        (["x@y.example", "--name", "X", "--agency", "A"], "Choose one"),
        (
            ["x@y.example", "--name", "X", "--role", "admin", "--agency", "A", "--invite"],
            "sees every",
        ),
    ],
)
def test_the_command_refuses_in_one_sentence_and_writes_nothing(
    app: Flask, session: Db, args: list[str], sentence: str
) -> None:
    result = app.test_cli_runner().invoke(args=["user", "add", *args], input="short\n")
    assert result.exit_code != 0
    assert sentence in result.stderr
    assert "Traceback" not in result.output
    # What the command left open ends with its process; here the session is shared with it.
    session.rollback()
    assert session.scalar(select(func.count(User.id))) == 0
    assert session.scalar(select(func.count(Agency.id))) == 0
