"""Logging in and out, passwords and invitations, through the pages."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from freezegun import freeze_time
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from tests.people import PASSWORD, log_in, make_admin, make_agency, make_user
from webapp.models import Role, utc_now
from webapp.services import accounts
from webapp.services.invitations import invitation_token
from webapp.services.login_limits import MOST_ATTEMPTS

Db = scoped_session[Session]


def send(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """The form of a page, with its token, as a browser sends it."""
    page = client.get(address).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    return client.post(address, data={"csrf_token": token[1], **fields})


def try_to_log_in(client: FlaskClient, email: str, password: str) -> TestResponse:
    return send(client, "/login", email=email, password=password)


def test_the_right_password_leads_to_the_page_that_was_asked_for(
    session: Db, client: FlaskClient
) -> None:
    make_user()
    asked = client.get("/password?from=mail")
    assert asked.status_code == 303
    login_page = asked.location
    answer = send(client, login_page, email=" Ines@Lantana.example ", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/password?from=mail")
    assert client.get("/password").status_code == 200


def test_the_login_never_leads_to_another_site(session: Db, client: FlaskClient) -> None:
    user = make_user()
    answer = send(client, "/login?next=//evil.example/", email=user.email, password=PASSWORD)
    assert answer.location == "/"


def test_control_characters_in_the_login_are_left_out(session: Db, client: FlaskClient) -> None:
    make_user()
    assert try_to_log_in(client, "someone\0@lantana.example", "\0").status_code == 422
    assert try_to_log_in(client, "ines\0@lantana.example", PASSWORD).status_code == 303


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    session: Db, client: FlaskClient
) -> None:
    user = make_user()
    wrong = try_to_log_in(client, user.email, "not the password")
    unknown = try_to_log_in(client, "nobody@lantana.example", "not the password")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "don’t match an active account" in wrong.text
    without_input = re.compile(r'value="[^"]*"|"X-CSRFToken": "[^"]*"')
    assert without_input.sub("", wrong.text) == without_input.sub("", unknown.text)


def test_an_unknown_address_costs_a_password_check_all_the_same(
    session: Db, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str | None] = []
    verify = accounts.verify_password

    def note(password: str, stored: str | None) -> tuple[bool, str | None]:
        checked.append(stored)
        return verify(password, stored)

    monkeypatch.setattr(accounts, "verify_password", note)
    try_to_log_in(client, "nobody@lantana.example", "not the password")
    assert checked == [None]


def test_guessing_ends_after_ten_attempts_for_this_address_and_person_alone(
    session: Db, client: FlaskClient
) -> None:
    user = make_user()
    other = make_user("tom@lantana.example", "Tom Okafor")
    for _ in range(MOST_ATTEMPTS):
        assert try_to_log_in(client, user.email, "a guess").status_code == 422
    blocked = try_to_log_in(client, user.email, PASSWORD)
    assert blocked.status_code == 429
    assert blocked.headers["Retry-After"] == "900"
    assert "Too many attempts" in blocked.text
    assert try_to_log_in(client, other.email, PASSWORD).status_code == 303


def test_a_login_that_works_forgets_the_attempts_before(
    session: Db, client: FlaskClient, valkey: Redis
) -> None:
    user = make_user()
    try_to_log_in(client, user.email, "a guess")
    assert valkey.keys("offerdock:login:*")
    try_to_log_in(client, user.email, PASSWORD)
    assert valkey.keys("offerdock:login:*") == []


def test_people_get_in_while_valkey_is_down(
    app: Flask, session: Db, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user()
    nowhere = Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setitem(app.extensions, "valkey", nowhere)
    assert try_to_log_in(client, user.email, PASSWORD).status_code == 303
    nowhere.close()


def test_a_deactivated_person_is_out_at_once_and_stays_out(
    session: Db, client: FlaskClient
) -> None:
    user = make_user()
    try_to_log_in(client, user.email, PASSWORD)
    assert client.get("/password").status_code == 200
    accounts.deactivate(user)
    session.commit()
    assert client.get("/password").status_code == 303
    assert try_to_log_in(client, user.email, PASSWORD).status_code == 422


def test_logging_out_ends_the_session_and_needs_a_form(session: Db, client: FlaskClient) -> None:
    log_in(client, make_user())
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").location == "/login"
    assert client.get("/password").status_code == 303


def test_what_was_planted_in_the_session_before_the_login_is_gone_after_it(
    session: Db, client: FlaskClient
) -> None:
    user = make_user()
    client.get("/login")
    with client.session_transaction() as before:
        before["planted"] = "yes"
        token = before["csrf_token"]
    try_to_log_in(client, user.email, PASSWORD)
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != token


def test_a_new_password_logs_out_the_other_browsers_but_not_this_one(
    app: Flask, session: Db, client: FlaskClient
) -> None:
    user = make_user()
    other = app.test_client()
    try_to_log_in(client, user.email, PASSWORD)
    try_to_log_in(other, user.email, PASSWORD)
    answer = send(
        client,
        "/password",
        current=PASSWORD,
        password="four lively otters",
        again="four lively otters",
    )
    assert answer.status_code == 303
    assert client.get("/password").status_code == 200
    assert other.get("/password").status_code == 303
    assert try_to_log_in(other, user.email, PASSWORD).status_code == 422
    assert try_to_log_in(other, user.email, "four lively otters").status_code == 303


@pytest.mark.parametrize(
    ("current", "password", "again", "sentence"),
    [
        ("wrong", "four lively otters", "four lively otters", "not the password you have now"),
        (PASSWORD, "four lively otters", "four lively otter", "two passwords are not the same"),
        (PASSWORD, "short", "short", "at least 10 characters"),
        (PASSWORD, "", "", "Choose a password"),
    ],
)
def test_a_password_that_does_not_fit_changes_nothing_and_says_why(
    session: Db, client: FlaskClient, current: str, password: str, again: str, sentence: str
) -> None:
    user = make_user()
    log_in(client, user)
    answer = client.post(
        "/password", data={"current": current, "password": password, "again": again}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Error:" in answer.text
    session.refresh(user)
    assert user.session_version == 2


def test_an_invitation_works_once(session: Db, client: FlaskClient) -> None:
    user = accounts.add_user("mara@faro.example", "Mara", Role.AGENT, make_agency("Faro"))
    session.commit()
    link = f"/invitation?token={invitation_token(user)}"
    answer = send(client, link, password="four lively otters", again="four lively otters")
    assert answer.status_code == 303
    assert client.get("/password").status_code == 200
    assert client.get(link).status_code == 410


def test_an_invitation_ends_after_seven_days(session: Db, client: FlaskClient) -> None:
    user = make_user()
    with freeze_time(utc_now() - timedelta(days=7, minutes=1)):
        late = invitation_token(user)
    with freeze_time(utc_now() - timedelta(days=6, hours=23)):
        in_time = invitation_token(user)
    assert client.get(f"/invitation?token={late}").status_code == 410
    assert client.get(f"/invitation?token={in_time}").status_code == 200


def test_an_invitation_ends_with_a_password_change_and_a_deactivation(
    session: Db, client: FlaskClient
) -> None:
    user, admin = make_user(), make_admin()
    for_user, for_admin = invitation_token(user), invitation_token(admin)
    accounts.set_password(admin, "four lively otters")
    accounts.deactivate(user)
    session.commit()
    assert client.get(f"/invitation?token={for_user}").status_code == 410
    assert client.get(f"/invitation?token={for_admin}").status_code == 410


@pytest.mark.parametrize("token", ["damaged", "WzEsMV0.aaaaaa.bbbbbb", "%00", "a" * 3000])
def test_a_damaged_invitation_is_refused(client: FlaskClient, token: str) -> None:
    assert client.get(f"/invitation?token={token}").status_code == 410


def test_the_login_form_lets_password_managers_and_pasting_work(client: FlaskClient) -> None:
    page = client.get("/login").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
