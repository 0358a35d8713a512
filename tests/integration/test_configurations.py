"""Copying a source, its configuration as a file, and such files read in again, hostile ones too."""

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from tests import factories
from tests.people import log_in, make_admin, make_agency, make_user
from webapp.extensions import db
from webapp.models import Agency, Source, Trial, User, ValueDecision, Webhook
from webapp.services.credentials import CredentialKind, SourceCredentials
from webapp.services.drafts import draft_of
from webapp.services.value_decisions import decide_values
from webapp.services.webhook_secrets import add_secret
from webapp.services.webhook_settings import settings_of
from webapp.services.webhooks import open_webhook
from webapp.views import configurations as views
from webapp.webhooks import WebhookSettings

Db = scoped_session[Session]
DAILY = factories.TWICE_A_DAY


@pytest.fixture
def user(agency: Agency) -> User:
    return make_user(agency=agency)


@pytest.fixture
def agent(client: FlaskClient, user: User) -> FlaskClient:
    log_in(client, user)
    return client


@pytest.fixture
def source(agency: Agency, user: User) -> Source:
    """With a secret everywhere where one can be."""
    source = factories.make_source(
        agency,
        schedule=DAILY,
        credentials=SourceCredentials(CredentialKind.BASIC, "lirio", "hunter2"),
        ignore_paths=["generated_at"],
        absent_runs=5,
        max_bytes=50_000_000,
    )
    source.fetching = {"pick": "all", "host_key": "ssh-ed25519 AAAA", "read_up_to": "2026 a.xml"}
    decide_values(source, "types", {"Quinta": "villa", "Nada": None}, user)
    db.session.commit()
    return source


def exported(agent: FlaskClient, source: Source) -> dict[str, Any]:
    answer = agent.get(f"/sources/{source.id}/export")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="lirio-crm.offerdock.json"'
    )
    content: dict[str, Any] = json.loads(answer.data)
    return content


def send(agent: FlaskClient, content: bytes | dict[str, Any], **fields: str) -> TestResponse:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    file = (io.BytesIO(body), "lirio.offerdock.json")
    return agent.post("/sources/new/import", data={"file": file, **fields})


def made_sources(source: Source | None = None) -> list[Source]:
    db.session.expire_all()
    known = source.id if source is not None else 0
    return list(db.session.scalars(select(Source).where(Source.id != known)))


def decisions(source: Source) -> dict[str, str | None]:
    rows = select(ValueDecision.raw, ValueDecision.code).where(ValueDecision.source_id == source.id)
    return {raw: code for raw, code in db.session.execute(rows)}


def test_an_export_holds_what_was_decided_and_no_secret(agent: FlaskClient, source: Source) -> None:
    answer = agent.get(f"/sources/{source.id}/export")
    for secret in ("hunter2", "s3cret", "AAAA", "2026 a.xml", 'lirio"'):
        assert secret not in answer.text
    content = exported(agent, source)
    assert content["format"] == 1
    assert content["location"] == "https://feeds.example/lirio.xml?key=***"
    assert content["credentials"] == "basic"
    assert content["schedule"] == {
        "kind": "daily", "value": "03:00,13:00", "timezone": "Europe/Madrid",
    }  # fmt: skip
    assert content["removal"] == {"absent_runs": 5, "hold_share": 0.15}
    assert content["values"] == {"types": {"Nada": None, "Quinta": "villa"}}
    assert content["ignore_paths"] == ["generated_at"]
    assert source.mapping is not None
    assert content["mapping"] == source.mapping.document


def test_what_was_exported_is_read_in_as_a_source_in_set_up(
    agent: FlaskClient, source: Source
) -> None:
    answer = send(agent, exported(agent, source), name="Second door")
    (made,) = made_sources(source)
    assert answer.location == f"/sources/{made.id}/setup/where"
    assert (made.name, made.status, made.mapping_id) == ("Second door", "setup", None)
    assert (made.schedule_kind, made.schedule_value) == ("daily", "03:00,13:00")
    assert (made.absent_runs, made.max_bytes) == (5, 50_000_000)
    assert (made.ignore_paths, made.fetching) == (["generated_at"], {"pick": "all"})
    assert made.credentials is None
    assert decisions(made) == {"Quinta": "villa", "Nada": None}
    draft = draft_of(made)
    assert draft is not None and source.mapping is not None
    assert draft.document.fields == draft.document.model_validate(source.mapping.document).fields
    again = agent.get(f"/sources/{made.id}/export")
    expected = exported(agent, source) | {"name": "Second door", "credentials": None}
    assert json.loads(again.data) == expected


def test_a_masked_address_is_asked_for_again_before_anything_is_fetched(
    agent: FlaskClient, source: Source
) -> None:
    send(agent, exported(agent, source))
    (made,) = made_sources(source)
    page = agent.get(f"/sources/{made.id}/setup/where").text
    assert "the secret in it was not taken along" in page
    assert "Type what the server asks for again" in page
    refused = agent.post(
        f"/sources/{made.id}/setup/where",
        data={"location": "https://feeds.example/lirio.xml?key=***", "name": "Second door"},
    )
    assert refused.status_code == 422
    assert "stands for a hidden secret" in refused.text
    assert db.session.scalars(select(Trial)).all() == []


def test_the_first_look_reads_with_the_mapping_that_was_brought(
    agent: FlaskClient, source: Source
) -> None:
    send(agent, exported(agent, source))
    (made,) = made_sources(source)
    agent.post(
        f"/sources/{made.id}/setup/where",
        data={"location": "https://feeds.example/other.xml", "name": "Second door"},
    )
    trial = db.session.scalars(select(Trial)).one()
    assert source.mapping is not None
    assert trial.document == source.mapping.document


def test_a_copy_has_a_name_of_its_own_and_no_secret(agent: FlaskClient, source: Source) -> None:
    form = agent.get(f"/sources/{source.id}/copy").text
    assert "Lirio CRM (copy)" in form
    answer = agent.post(f"/sources/{source.id}/copy", data={"name": "Faro door"})
    (made,) = made_sources(source)
    assert answer.location == f"/sources/{made.id}/setup/where"
    assert (made.name, made.slug, made.agency_id) == ("Faro door", "faro-door", source.agency_id)
    assert made.credentials is None
    assert made.location == "https://feeds.example/lirio.xml?key=***"
    assert made.fetching == {"pick": "all"}
    assert decisions(made) == {"Quinta": "villa", "Nada": None}
    assert draft_of(made) is not None
    activity = agent.get(f"/sources/{made.id}/activity").text
    assert "Made it of a configuration: copied from Lirio CRM" in activity
    nameless = agent.post(f"/sources/{source.id}/copy", data={"name": "  "})
    assert nameless.status_code == 422
    assert "Give the new source a name." in nameless.text


def test_an_admin_chooses_the_agency_of_an_import(
    client: FlaskClient, agency: Agency, session: Db
) -> None:
    other = make_agency("Faro Estates")
    log_in(client, make_admin())
    send(client, {"format": 1, "name": "Bare"}, agency=str(other.id))
    (made,) = made_sources()
    assert made.agency_id == other.id
    assert draft_of(made) is None


def test_an_agent_cannot_import_into_another_agency(agent: FlaskClient, agency: Agency) -> None:
    other = make_agency("Faro Estates")
    send(agent, {"format": 1, "name": "Bare"}, agency=str(other.id))
    (made,) = made_sources()
    assert made.agency_id == agency.id


MAPPING = {
    "format": 1,
    "name": "own",
    "reading": {"container": "xml", "record_paths": ["/root/home"]},
    "id": ["id"],
}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "It is no JSON file"),
        (b"<root/>", "It is no JSON file"),
        (b"\xff\xfe{}", "It is no JSON file"),
        (b"[" * 100_000, "It is no JSON file"),
        (b"[]", "It should be an object"),
        ({}, "format: This is missing."),
        ({"format": 2, "name": "A"}, "format: It should be 1"),
        ({"format": 1, "name": ""}, "name: "),
        ({"format": 1, "name": "   "}, "name: "),
        (
            {"format": 1, "name": "A", "location": "file:///etc/passwd"},
            "location: It is no",
        ),
        (
            {"format": 1, "name": "A", "location": "javascript:alert(1)"},
            "location: It is no",
        ),
        ({"format": 1, "name": "A", "location": "http://[::1"}, "location: "),
        ({"format": 1, "name": "A", "ignore_paths": ["a[?b]"]}, "ignore_paths › 0: This is no"),
        ({"format": 1, "name": "A", "ignore_paths": ["a"] * 51}, "ignore_paths: "),
        ({"format": 1, "name": "A", "values": {"t": {"嶺" * 501: None}}}, "values › t › "),
        ({"format": 1, "name": "A", "values": {"嶺" * 101: {"w": None}}}, "values › "),
        (
            {"format": 1, "name": "A", "values": {"t": dict.fromkeys(map(str, range(20_001)))}},
            "more than 20000 words",
        ),
        ({"format": 1, "name": "A\u202e\n"}, "characters that can’t be shown"),
        ({"format": 1, "name": "A\0"}, "(NUL)"),
        ({"format": 1, "name": "A", "password": "x"}, "password: There is nothing of this name."),
        ({"format": 1, "name": "A", "schedule": {"kind": "cron", "value": "x"}}, "five fields"),
        ({"format": 1, "name": "A", "schedule": {"timezone": "Mars"}}, "no time zone Mars"),
        ({"format": 1, "name": "A", "removal": {"absent_runs": 0}}, "removal › absent_runs"),
        ({"format": 1, "name": "A", "fetching": {"host_key": "x"}}, "fetching › host_key"),
        ({"format": 1, "name": "A", "ignore_paths": ["a["]}, "ignore_paths › 0"),
        ({"format": 1, "name": "A", "values": {"t": {"w": 1}}}, "values › t › w"),
        ({"format": 1, "name": "A", "mapping": {**MAPPING, "id": []}}, "mapping › id"),
        (
            {"format": 1, "name": "A", "mapping": {**MAPPING, "fields": {"wings": {"path": "x"}}}},
            "There is no field",
        ),
        (
            b'{"format": 1, "name": "A", "mapping": {"format": 1, "name": "own", "id": ["id"],'
            b' "reading": {"container": "xml"}, "fields": {"rooms": {"constant": 1e999}}}}',
            "a number in it that is too large",
        ),
        (
            {
                "format": 1,
                "name": "A",
                "mapping": {**MAPPING, "fields": {"rooms": {"constant": 10**30}}},
            },
            "a number in it that is too large",
        ),
    ],
)
def test_a_bad_file_is_refused_with_what_and_where(
    agent: FlaskClient, content: bytes | dict[str, Any], words: str
) -> None:
    answer = send(agent, content)
    assert answer.status_code == 422
    assert words in answer.text
    assert made_sources() == []


def test_long_words_are_kept_once_however_they_are_spelt(
    agent: FlaskClient, agency: Agency
) -> None:
    letters = "".join(chr(0x4E00 + 37 * number % 20_000) for number in range(500))
    values = {letters[:100]: {letters: "villa", "Gran  Casa": None, "gran casa": "house"}}
    assert send(agent, {"format": 1, "name": "A", "values": values}).status_code == 303
    kept = db.session.execute(select(ValueDecision.word, ValueDecision.code)).all()
    assert sorted(map(tuple, kept)) == [("gran casa", "house"), (letters, "villa")]


def test_a_file_over_the_limit_is_refused(
    agent: FlaskClient, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LARGEST", 1000)
    answer = send(agent, b" " * 1001)
    assert answer.status_code == 422
    assert "up to 2 MB" in answer.text


def test_many_mistakes_are_not_all_listed(agent: FlaskClient) -> None:
    names = {f"field{number}": {"path": ""} for number in range(300)}
    values = {f"t{number}": 1 for number in range(300)}
    answer = send(agent, {"format": 1, "name": "A", "values": values, **names})
    assert answer.status_code == 422
    assert "And 595 more." in answer.text


def test_no_file_is_asked_for(agent: FlaskClient) -> None:
    answer = agent.post("/sources/new/import", data={})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text
    assert "Configuration file" in agent.get("/sources/new/import").text


def test_a_webhook_is_taken_along_without_its_address_and_its_secret(
    agent: FlaskClient, source: Source, user: User
) -> None:
    settings = WebhookSettings.model_validate(
        {
            "scheme": "hmac",
            "header": "X-Lirio",
            "withdrawn_when": [{"path": "state", "in": ["gone", "sold"]}],
            "receipt_url": "https://lirio.example/told?token=t0ps3cret",
        }
    )
    webhook = open_webhook(source, settings, user)
    secret = add_secret(webhook, user)
    db.session.commit()
    content = exported(agent, source)
    for hidden in (secret, webhook.public_id, "t0ps3cret"):
        assert hidden not in json.dumps(content)
    send(agent, content, name="Second door")
    (made,) = made_sources(source)
    taken = db.session.get_one(Webhook, made.id)
    assert taken.public_id != webhook.public_id
    assert taken.secrets is None
    assert settings_of(taken).withdrawn_when == settings.withdrawn_when
    assert settings_of(taken).header == "X-Lirio"


def test_a_copied_webhook_alone_is_set_up_at_its_own_page(
    agent: FlaskClient, source: Source, user: User
) -> None:
    source.location = ""
    open_webhook(source, WebhookSettings(), user)
    db.session.commit()
    answer = agent.post(f"/sources/{source.id}/copy", data={"name": "Second door"})
    (made,) = made_sources(source)
    assert answer.location == f"/sources/{made.id}/webhook"
    assert "It has no secret" in agent.get(answer.location).text


def test_a_webhook_that_makes_no_sense_is_refused_with_where_it_stands(
    agent: FlaskClient, source: Source
) -> None:
    content = exported(agent, source) | {"webhook": {"scheme": "hmac"}}
    answer = send(agent, content)
    assert answer.status_code == 422
    assert "webhook: Say in which header the signature stands." in answer.text
