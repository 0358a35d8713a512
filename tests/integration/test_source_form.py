"""The settings of a source: what their form takes, keeps, hides and refuses."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.people import log_in, make_user
from webapp.extensions import db
from webapp.models import (
    Agency,
    Mapping,
    Role,
    ScheduleKind,
    Source,
    utc_now,
)
from webapp.services.credentials import CredentialKind, SourceCredentials, credentials_of
from webapp.services.locations import location_of

FORM = {
    "name": "Harbour CRM",
    "location": "https://feeds.example/harbour.xml",
    "semantics": "snapshot",
    "schedule_kind": "minutes",
    "minutes": "20",
    "hours": "6",
    "daily": "03:00",
    "cron": "30 6 * * 1-5",
    "timezone": "Europe/Madrid",
    "credential_kind": "",
    "credential_name": "",
    "credential_secret": "",
    "absent_runs": "3",
    "hold_percent": "25",
    "max_megabytes": "",
}


@pytest.fixture
def source(agency: Agency) -> Source:
    made = factories.make_source(agency, location=FORM["location"])
    db.session.commit()
    return made


def the_source() -> Source:
    db.session.expire_all()
    return db.session.scalars(select(Source)).one()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Give the source a name."),
        ({"location": ""}, "Type the address of the feed."),
        ({"location": "gopher://feeds.example/x"}, "must begin with https://"),
        ({"location": "feeds.example/x.xml"}, "must begin with https://"),
        ({"location": "https:///x.xml"}, "There is no server in this address"),
        ({"location": "https://feeds.example:99999/x"}, "There is no server in this address"),
        ({"location": "https://[::1/x"}, "There is no server in this address"),
        ({"location": "https://feeds.example/a b.xml"}, "has no spaces in it"),
        ({"location": "https://feeds.example/x?key=***"}, "stands for a hidden secret"),
        ({"location": "https://feeds.example/" + "x" * 2000}, "too long"),
        ({"semantics": "nonsense"}, "Not a valid choice"),
        ({"max_megabytes": "0"}, "megabytes, 1 or more"),
        ({"max_megabytes": "much"}, "Not a valid integer"),
        ({"schedule_kind": "nonsense"}, "Not a valid choice"),
        ({"minutes": "soon"}, "whole number"),
        ({"schedule_kind": "hours", "hours": "0"}, "whole number"),
        ({"schedule_kind": "daily", "daily": "25:00"}, "is not a time of day"),
        ({"schedule_kind": "cron", "cron": "whenever"}, "five fields"),
        ({"schedule_kind": "cron", "cron": "61 * * * *"}, "bad minute"),
        ({"timezone": "Mars/Olympus"}, "Not a valid choice"),
        ({"credential_kind": "basic", "credential_secret": "x"}, "Give the user name."),
        ({"credential_kind": "bearer"}, "Type the password, token or key."),
        (
            {"credential_kind": "header", "credential_name": "X: y", "credential_secret": "x"},
            "letters, digits and hyphens",
        ),
        ({"absent_runs": "0"}, "from 1 to 30"),
        ({"absent_runs": "two"}, "Not a valid integer"),
        ({"hold_percent": "101"}, "from 0 to 100"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    agent: FlaskClient, source: Source, changes: dict[str, str], sentence: str
) -> None:
    answer = agent.post(f"/sources/{source.id}/edit", data={**FORM, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<title>Error:" in answer.text
    assert (the_source().name, the_source().absent_runs) == ("Lirio CRM", 2)


def test_credentials_are_kept_encrypted_and_never_shown(agent: FlaskClient, source: Source) -> None:
    secret = {
        "credential_kind": "basic",
        "credential_name": "lirio",
        "credential_secret": "hunter2",
    }
    agent.post(f"/sources/{source.id}/edit", data={**FORM, **secret})
    source = the_source()
    assert source.credentials is not None and "hunter2" not in source.credentials
    assert credentials_of(source) == SourceCredentials(CredentialKind.BASIC, "lirio", "hunter2")
    for page in (f"/sources/{source.id}", f"/sources/{source.id}/edit"):
        text = agent.get(page).text
        assert "lirio" in text
        assert "hunter2" not in text


def test_a_key_in_the_address_is_hidden_and_survives_an_edit(
    agent: FlaskClient, agency: Agency
) -> None:
    source = factories.make_source(agency, location="https://feeds.example/x?key=s3cret")
    db.session.commit()
    page = agent.get(f"/sources/{source.id}/edit").text
    assert "s3cret" not in page
    assert "key=***" in page
    changed = {**FORM, "location": "https://feeds.example/x?key=***", "name": "Renamed"}
    assert agent.post(f"/sources/{source.id}/edit", data=changed).status_code == 303
    assert the_source().location == "https://feeds.example/x?key=***"
    assert location_of(the_source()) == "https://feeds.example/x?key=s3cret"
    assert the_source().name == "Renamed"


def test_an_empty_secret_keeps_the_stored_one_for_the_same_user_alone(
    agent: FlaskClient, agency: Agency
) -> None:
    stored = SourceCredentials(CredentialKind.BASIC, "lirio", "hunter2")
    source = factories.make_source(agency, credentials=stored)
    db.session.commit()
    same = {**FORM, "credential_kind": "basic", "credential_name": "lirio"}
    assert agent.post(f"/sources/{source.id}/edit", data=same).status_code == 303
    assert credentials_of(the_source()) == stored
    other = {**same, "credential_name": "someone"}
    assert agent.post(f"/sources/{source.id}/edit", data=other).status_code == 422
    none = {**FORM, "credential_kind": ""}
    agent.post(f"/sources/{source.id}/edit", data=none)
    assert the_source().credentials is None


@pytest.mark.parametrize(
    ("location", "status"),
    [
        ("https://feeds.example/other.xml", 303),
        ("https://elsewhere.example/harbour.xml", 422),
        ("https://feeds.example:8443/harbour.xml", 422),
        ("http://feeds.example/harbour.xml", 422),
    ],
)
def test_a_stored_secret_never_follows_to_another_server(
    agent: FlaskClient, agency: Agency, location: str, status: int
) -> None:
    stored = SourceCredentials(CredentialKind.BASIC, "lirio", "hunter2")
    source = factories.make_source(agency, location=FORM["location"], credentials=stored)
    db.session.commit()
    sent = {**FORM, "credential_kind": "basic", "credential_name": "lirio", "location": location}
    answer = agent.post(f"/sources/{source.id}/edit", data=sent)
    assert answer.status_code == status
    assert the_source().location == (location if status == 303 else FORM["location"])
    again = {**sent, "credential_secret": "hunter3"}
    assert agent.post(f"/sources/{source.id}/edit", data=again).status_code == 303
    assert the_source().location == location


def test_a_new_location_is_read_from_scratch(agent: FlaskClient, agency: Agency) -> None:
    source = factories.make_source(agency, etag='"1"', content_sha256="ab")
    db.session.commit()
    agent.post(f"/sources/{source.id}/edit", data=FORM)
    assert (the_source().etag, the_source().content_sha256) == (None, None)


def test_the_preview_without_scripts_saves_nothing(agent: FlaskClient, source: Source) -> None:
    sent = {**FORM, "schedule_kind": "cron", "cron": "0 4 * * *", "name": "", "preview": "1"}
    answer = agent.post(f"/sources/{source.id}/edit", data=sent)
    assert answer.status_code == 200
    assert "At 04:00 (Europe/Madrid)" in answer.text
    assert the_source().schedule_kind == ScheduleKind.INTERVAL


def test_a_daily_source_waits_for_its_time(agent: FlaskClient, source: Source) -> None:
    daily = {**FORM, "schedule_kind": "daily", "daily": "13:00, 3:00"}
    agent.post(f"/sources/{source.id}/edit", data=daily)
    changed = the_source()
    assert changed.schedule_value == "03:00,13:00"
    assert changed.next_run_at is not None and changed.next_run_at > utc_now()


def test_limits_are_kept_and_given_up_again(agent: FlaskClient, source: Source) -> None:
    address = f"/sources/{source.id}/edit"
    agent.post(address, data={**FORM, "max_megabytes": "50"})
    assert (the_source().max_bytes, the_source().hold_share) == (50 * 1024**2, 0.25)
    assert 'value="50"' in agent.get(address).text
    agent.post(address, data=FORM)
    assert the_source().max_bytes is None


def test_files_of_changes_are_the_next_version_of_the_mapping(
    agent: FlaskClient, source: Source
) -> None:
    address = f"/sources/{source.id}/edit"
    agent.post(address, data=FORM)
    versions = select(Mapping).where(Mapping.source_id == source.id).order_by(Mapping.version)
    assert [mapping.version for mapping in db.session.scalars(versions)] == [1]
    agent.post(address, data={**FORM, "semantics": "delta"})
    db.session.expire_all()
    first, second = db.session.scalars(versions).all()
    assert (first.document.get("semantics", "snapshot"), second.document["semantics"]) == (
        "snapshot",
        "delta",
    )
    assert the_source().mapping_id == second.id


def test_a_source_of_sent_files_needs_no_address(agent: FlaskClient, agency: Agency) -> None:
    source = factories.make_source(agency, location="")
    db.session.commit()
    sent = {**FORM, "location": "", "schedule_kind": "manual"}
    assert agent.post(f"/sources/{source.id}/edit", data=sent).status_code == 303
    assert (the_source().location, the_source().name) == ("", "Harbour CRM")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("schedule_kind=daily&daily=3:00&timezone=Europe/Madrid", "Daily at 03:00 (Europe/Madrid)"),
        ("schedule_kind=minutes&minutes=x&timezone=UTC", "whole number"),
        ("schedule_kind=manual&timezone=UTC", "Only when someone asks"),
        ("schedule_kind=manual&timezone=Mars", "no time zone Mars"),
    ],
)
def test_the_next_times_follow_what_is_typed(agent: FlaskClient, query: str, words: str) -> None:
    answer = agent.get(f"/sources/schedule?{query}", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert words in answer.text


KEY = """-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAA
-----END OPENSSH PRIVATE KEY-----"""
SFTP = {
    **FORM,
    "location": "sftp://files.example/out/*.xml",
    "credential_kind": "key",
    "credential_name": "lirio",
    "private_key": KEY.replace("\n", "\r\n"),
    "credential_secret": "open sesame",
    "pick": "all",
}


def test_a_private_key_keeps_its_lines_and_is_never_shown(
    agent: FlaskClient, source: Source
) -> None:
    assert agent.post(f"/sources/{source.id}/edit", data=SFTP).status_code == 303
    source = the_source()
    stored = credentials_of(source)
    assert stored is not None
    assert stored.secret.splitlines() == KEY.splitlines()
    assert (stored.kind, stored.name, stored.passphrase) == ("key", "lirio", "open sesame")
    assert source.fetching == {"pick": "all"}
    for page in (f"/sources/{source.id}", f"/sources/{source.id}/edit"):
        text = agent.get(page).text
        assert "lirio" in text
        assert "b3BlbnNzaC1rZXkt" not in text
        assert "open sesame" not in text
    kept = {**SFTP, "private_key": "", "credential_secret": "", "name": "Renamed"}
    assert agent.post(f"/sources/{source.id}/edit", data=kept).status_code == 303
    assert credentials_of(the_source()) == stored


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"location": "ftp://files.example/out"}, "for addresses that begin with sftp://"),
        ({"credential_kind": "bearer"}, "a user name with a password or key"),
        ({"private_key": ""}, "Paste the private key."),
        ({"private_key": "PuTTY-User-Key-File-3: ssh-rsa"}, "PuTTYgen"),
        ({"private_key": "hunter2"}, "Paste the whole file"),
        ({"credential_name": ""}, "Give the user name."),
        ({"paging_kind": "page"}, "Give the name of the parameter"),
        ({"paging_kind": "offset", "paging_param": "skip"}, "Say how many records a page has."),
    ],
)
def test_what_does_not_fit_sftp_or_pages_is_said_so(
    agent: FlaskClient, source: Source, changes: dict[str, str], sentence: str
) -> None:
    answer = agent.post(f"/sources/{source.id}/edit", data={**SFTP, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "b3BlbnNzaC1rZXkt" not in answer.text


def test_the_key_of_a_server_is_shown_kept_and_accepted_anew(
    agent: FlaskClient, agency: Agency
) -> None:
    pinned = {"host_key": "ssh-ed25519 AAAA", "read_up_to": "20261122101500 a.xml"}
    source = factories.make_source(agency, location=SFTP["location"], fetching=pinned)
    db.session.commit()
    assert "ssh-ed25519 SHA256:" in agent.get(f"/sources/{source.id}").text
    address = f"/sources/{source.id}/edit"
    login = {**SFTP, "pick": "newest"}
    agent.post(address, data=login)
    assert the_source().fetching == pinned
    source.fetching = {**pinned, "offered_key": "ssh-ed25519 BBBB"}
    db.session.commit()
    page = agent.get(f"/sources/{source.id}").text
    assert ("shows another key than before" in page, 'value="ssh-ed25519 BBBB"' in page) == (
        True,
        True,
    )
    accept = f"/sources/{source.id}/accept-key"
    agent.post(accept, data={"key": "ssh-ed25519 CCCC"})
    assert the_source().fetching["host_key"] == "ssh-ed25519 AAAA"
    agent.post(accept, data={"key": "ssh-ed25519 BBBB"})
    assert the_source().fetching == {**pinned, "host_key": "ssh-ed25519 BBBB"}


def test_a_viewer_accepts_no_key(client: FlaskClient, agency: Agency) -> None:
    offered = {"host_key": "ssh-ed25519 AAAA", "offered_key": "ssh-ed25519 BBBB"}
    source = factories.make_source(agency, location=SFTP["location"], fetching=offered)
    db.session.commit()
    log_in(client, make_user(role=Role.VIEWER, agency=agency))
    assert "Accept the new key" not in client.get(f"/sources/{source.id}").text
    answer = client.post(f"/sources/{source.id}/accept-key", data={"key": "ssh-ed25519 BBBB"})
    assert (answer.status_code, the_source().fetching) == (403, offered)


def test_a_certificate_of_its_own_is_for_ftps_only(agent: FlaskClient, source: Source) -> None:
    address = f"/sources/{source.id}/edit"
    asked = {**FORM, "pick": "newest", "own_certificate": "y"}
    refused = agent.post(address, data=asked)
    assert (refused.status_code, "begin with ftps://" in refused.text) == (422, True)
    agent.post(address, data={**asked, "location": "ftpes://files.example/out/"})
    source = the_source()
    assert source.fetching == {"own_certificate": True}
    pinned = {"own_certificate": True, "host_key": "certificate SHA256:1F"}
    source.fetching = pinned
    db.session.commit()
    kept = {**asked, "location": "ftpes://files.example/out/"}
    agent.post(address, data=kept)
    assert the_source().fetching == pinned
    assert "SHA256:1F" in agent.get(f"/sources/{source.id}").text
    del kept["own_certificate"]
    agent.post(address, data=kept)
    assert the_source().fetching == {}


def test_another_address_forgets_the_files_and_another_server_its_key(
    agent: FlaskClient, agency: Agency
) -> None:
    pinned = {"host_key": "ssh-ed25519 AAAA", "read_up_to": "20261122101500 a.xml"}
    source = factories.make_source(agency, location=SFTP["location"], fetching=pinned)
    db.session.commit()
    moved = {**SFTP, "pick": "newest", "location": "sftp://files.example/new/"}
    agent.post(f"/sources/{source.id}/edit", data=moved)
    assert the_source().fetching == {"host_key": "ssh-ed25519 AAAA"}
    agent.post(
        f"/sources/{source.id}/edit", data={**moved, "location": "sftp://other.example/new/"}
    )
    assert the_source().fetching == {}
