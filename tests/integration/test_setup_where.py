"""Where a new source's feed lies: what the first step of the set-up takes, hides and refuses."""

import io
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.people import log_in, make_admin, make_agency, make_user
from tests.set_up import make_setup
from webapp.extensions import db
from webapp.models import (
    Agency,
    AuditEntry,
    ScheduleKind,
    Source,
    SourceStatus,
    Trial,
    TrialKind,
    TrialState,
    Upload,
    UploadChunk,
    User,
)
from webapp.queues import WORK_TRIAL, queue
from webapp.services.credentials import CredentialKind, SourceCredentials, credentials_of
from webapp.services.locations import location_of

Db = scoped_session[Session]

WHERE = {"location": "https://feeds.example/harbour.xml", "name": ""}
KEY = """-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAA
-----END OPENSSH PRIVATE KEY-----"""
SFTP = {
    **WHERE,
    "location": "sftp://files.example/out/*.xml",
    "credential_kind": "key",
    "credential_name": "lirio",
    "private_key": KEY.replace("\n", "\r\n"),
    "credential_secret": "open sesame",
    "pick": "all",
}


@pytest.fixture
def user(agency: Agency) -> User:
    return make_user(agency=agency)


@pytest.fixture
def agent(client: FlaskClient, user: User) -> FlaskClient:
    log_in(client, user)
    return client


def the_source() -> Source:
    db.session.expire_all()
    return db.session.scalars(select(Source)).one()


def the_looks() -> list[Trial]:
    db.session.expire_all()
    return list(db.session.scalars(select(Trial).order_by(Trial.id)))


def test_an_address_alone_begins_a_set_up_and_a_look_at_it(
    agent: FlaskClient, valkey: Redis
) -> None:
    answer = agent.post("/sources/new", data=WHERE)
    source = the_source()
    assert (answer.status_code, answer.location) == (303, f"/sources/{source.id}/setup/what")
    assert (source.status, source.name) == (SourceStatus.SETUP, "feeds.example")
    assert (source.mapping_id, source.next_run_at) == (None, None)
    assert (source.schedule_kind, source.schedule_value) == (ScheduleKind.INTERVAL, "60")
    look = the_looks()[0]
    assert (look.kind, look.state, look.document) == (TrialKind.LOOK, TrialState.QUEUED, None)
    rung = queue("imports", valkey).jobs[0]
    assert (rung.func_name, rung.args) == (WORK_TRIAL, (look.id,))
    assert db.session.scalars(select(AuditEntry.action)).all() == ["source_created"]


def test_a_file_begins_one_that_is_read_only_when_a_file_is_sent(agent: FlaskClient) -> None:
    sent = {"location": "", "file": (io.BytesIO(b"<root/>"), "offers of may.xml")}
    agent.post("/sources/new", data=sent)
    source = the_source()
    assert (source.name, source.location) == ("offers of may", "")
    assert source.schedule_kind == ScheduleKind.MANUAL
    upload = db.session.scalars(select(Upload)).one()
    assert (upload.name, upload.bytes) == ("offers_of_may.xml", 7)
    assert db.session.scalars(select(UploadChunk.content)).one() == b"<root/>"
    assert the_looks()[0].upload_id == upload.id


def test_a_name_that_is_given_is_kept_and_two_alike_have_short_names_of_their_own(
    agent: FlaskClient, session: Db
) -> None:
    for _ in range(2):
        agent.post("/sources/new", data={**WHERE, "name": "Harbour CRM"})
    slugs = session.scalars(select(Source.slug).order_by(Source.id)).all()
    assert slugs == ["harbour-crm", "harbour-crm-2"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"location": ""}, "Type the address of the feed."),
        ({"location": "gopher://feeds.example/x"}, "must begin with https://"),
        ({"location": "feeds.example/x.xml"}, "must begin with https://"),
        ({"location": "https:///x.xml"}, "There is no server in this address"),
        ({"location": "https://feeds.example:99999/x"}, "There is no server in this address"),
        ({"location": "https://[::1/x"}, "There is no server in this address"),
        ({"location": "https://feeds.example/a b.xml"}, "has no spaces in it"),
        ({"location": "https://feeds.example/x?key=***"}, "stands for a hidden secret"),
        ({"location": "https://feeds.example/" + "x" * 2000}, "too long"),
        ({"name": "x" * 101}, "100 characters"),
        ({"credential_kind": "basic", "credential_secret": "x"}, "Give the user name."),
        ({"credential_kind": "bearer"}, "Type the password, token or key."),
        (
            {"credential_kind": "header", "credential_name": "X: y", "credential_secret": "x"},
            "letters, digits and hyphens",
        ),
        ({"own_certificate": "y"}, "begin with ftps://"),
        ({**SFTP, "location": "ftp://files.example/out"}, "for addresses that begin with sftp://"),
        ({**SFTP, "credential_kind": "bearer"}, "a user name with a password or key"),
        ({**SFTP, "private_key": ""}, "Paste the private key."),
        ({**SFTP, "private_key": "PuTTY-User-Key-File-3: ssh-rsa"}, "PuTTYgen"),
        ({**SFTP, "private_key": "hunter2"}, "Paste the whole file"),
        ({**SFTP, "paging_kind": "page"}, "Give the name of the parameter"),
        (
            {**SFTP, "paging_kind": "offset", "paging_param": "skip"},
            "Say how many records a page has.",
        ),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    agent: FlaskClient, session: Db, changes: dict[str, str], sentence: str
) -> None:
    answer = agent.post("/sources/new", data={**WHERE, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<title>Error:" in answer.text
    assert "b3BlbnNzaC1rZXkt" not in answer.text
    assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_an_address_and_a_file_at_once_are_one_too_many(agent: FlaskClient, session: Db) -> None:
    answer = agent.post("/sources/new", data={**WHERE, "file": (io.BytesIO(b"<a/>"), "a.xml")})
    assert (answer.status_code, "either an address or a file" in answer.text) == (422, True)
    assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_a_private_host_may_be_typed_because_the_fetch_decides(agent: FlaskClient) -> None:
    agent.post("/sources/new", data={"location": "http://127.0.0.1:8087/feed.xml"})
    assert the_source().location == "http://127.0.0.1:8087/feed.xml"


def test_a_password_in_the_address_moves_to_the_credentials(agent: FlaskClient) -> None:
    agent.post("/sources/new", data={"location": "https://lirio:hun%20ter@feeds.example/x"})
    source = the_source()
    assert source.location == "https://feeds.example/x"
    assert credentials_of(source) == SourceCredentials(CredentialKind.BASIC, "lirio", "hun ter")


@pytest.mark.parametrize("name", ["key", "password", "security_key", "token"])
def test_a_secret_in_the_address_is_nowhere_in_the_table(agent: FlaskClient, name: str) -> None:
    location = f"https://feeds.example/x?agency=7&{name}=s3cret"
    agent.post("/sources/new", data={"location": location})
    source = the_source()
    assert source.location == f"https://feeds.example/x?agency=7&{name}=***"
    assert "s3cret" not in (source.location_secret or "")
    assert location_of(source) == location
    assert "s3cret" not in agent.get(f"/sources/{source.id}/setup/where").text


def test_a_private_key_keeps_its_lines_and_is_never_shown(agent: FlaskClient) -> None:
    assert agent.post("/sources/new", data=SFTP).status_code == 303
    source = the_source()
    stored = credentials_of(source)
    assert stored is not None
    assert stored.secret.splitlines() == KEY.splitlines()
    assert (stored.kind, stored.name, stored.passphrase) == ("key", "lirio", "open sesame")
    assert source.fetching == {"pick": "all"}
    page = agent.get(f"/sources/{source.id}/setup/where").text
    assert "lirio" in page
    assert "b3BlbnNzaC1rZXkt" not in page
    assert "open sesame" not in page
    kept = {**SFTP, "private_key": "", "credential_secret": "", "name": "Renamed"}
    assert agent.post(f"/sources/{source.id}/setup/where", data=kept).status_code == 303
    assert (credentials_of(the_source()), the_source().name) == (stored, "Renamed")


def test_pages_are_kept_with_the_source(agent: FlaskClient) -> None:
    paging = {
        "paging_kind": "offset",
        "paging_param": "skip",
        "paging_size_param": "take",
        "paging_size": "200",
    }
    assert agent.post("/sources/new", data={**WHERE, **paging}).status_code == 303
    source = the_source()
    assert source.fetching["paging"] == {
        "kind": "offset", "param": "skip", "size_param": "take", "size": 200,
    }  # fmt: skip
    assert 'value="skip"' in agent.get(f"/sources/{source.id}/setup/where").text


def test_a_changed_address_is_looked_at_instead_of_the_old_one(
    agent: FlaskClient, agency: Agency, user: User
) -> None:
    source = make_setup(agency, user)
    db.session.commit()
    address = f"/sources/{source.id}/setup/where"
    agent.post(address, data=WHERE)
    agent.post(address, data={**WHERE, "location": "https://feeds.example/other.xml"})
    assert the_source().location == "https://feeds.example/other.xml"
    assert [look.state for look in the_looks()] == [TrialState.CANCELLED, TrialState.QUEUED]


def test_a_file_instead_of_the_address_and_back_change_the_schedule(
    agent: FlaskClient, agency: Agency, user: User
) -> None:
    source = make_setup(agency, user)
    db.session.commit()
    address = f"/sources/{source.id}/setup/where"
    agent.post(address, data={"location": "", "file": (io.BytesIO(b"<a/>"), "a.xml")})
    assert (the_source().location, the_source().schedule_kind) == ("", "manual")
    assert "a.xml" in agent.get(address).text
    agent.post(address, data={"location": "", "name": "Only renamed"})
    assert the_looks()[-1].upload_id == the_looks()[0].upload_id is not None
    agent.post(address, data=WHERE)
    assert (the_source().schedule_kind, the_looks()[-1].upload_id) == ("interval", None)


@pytest.mark.parametrize(
    ("location", "status"),
    [
        ("https://feeds.example/other.xml", 303),
        ("https://elsewhere.example/harbour.xml", 422),
        ("http://feeds.example/harbour.xml", 422),
    ],
)
def test_a_stored_secret_never_follows_to_another_server(
    agent: FlaskClient, location: str, status: int
) -> None:
    login = {"credential_kind": "basic", "credential_name": "lirio"}
    agent.post("/sources/new", data={**WHERE, **login, "credential_secret": "hunter2"})
    source = the_source()
    sent = {**WHERE, **login, "location": location}
    answer = agent.post(f"/sources/{source.id}/setup/where", data=sent)
    assert answer.status_code == status
    assert the_source().location == (location if status == 303 else WHERE["location"])


def test_a_file_that_is_too_large_is_refused_with_what_to_do(
    app: Flask, agent: FlaskClient, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = replace(app.config["OFFERDOCK"], max_upload_bytes=2 * 1024**2)
    monkeypatch.setitem(app.config, "OFFERDOCK", changed)
    # Put together here: the client itself would leave a temporary file open.
    head = '--mark\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n'
    answer = agent.post(
        "/sources/new",
        data=head.encode() + b"x" * 3 * 1024**2 + b"\r\n--mark--\r\n",
        content_type="multipart/form-data; boundary=mark",
    )
    assert (answer.status_code, "Send it packed as ZIP" in answer.text) == (413, True)
    assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_an_admin_chooses_the_agency(session: Db, client: FlaskClient, agency: Agency) -> None:
    other = make_agency("Faro Estates")
    log_in(client, make_admin())
    assert "Faro Estates" in client.get("/sources/new").text
    client.post("/sources/new", data={**WHERE, "agency": str(other.id)})
    assert the_source().agency_id == other.id


def test_an_agent_cannot_put_a_source_into_another_agency(
    agent: FlaskClient, agency: Agency
) -> None:
    other = make_agency("Faro Estates")
    agent.post("/sources/new", data={**WHERE, "agency": str(other.id)})
    assert the_source().agency_id == agency.id


def test_without_an_agency_there_is_no_source(session: Db, client: FlaskClient) -> None:
    log_in(client, make_admin())
    assert client.get("/sources/new").location == "/agencies"
