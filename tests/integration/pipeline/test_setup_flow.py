"""A source set up as a person does it, page by page, with real workers and a vendor's server:
from the pasted address to the offers, and what bad addresses and files come to."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pipeline_steps import work_offers
from sqlalchemy import select

from jobs import tasks
from tests.people import log_in, make_agency, make_user
from webapp.extensions import db
from webapp.models import Offer, Run, Source, SourceSample, SourceStatus, Trial, Upload, UploadChunk

FEED = "/kyero/harbour.xml?offers=12"
CSV = (
    "Objektnummer;Objektart;Kaufpreis;Ort;PLZ;Titel\n"
    "A-1;Wohnung;250000;Kiel;24103;Helle Wohnung am Hafen\n"
    "A-2;Haus;420000;Kiel;24105;Haus mit Garten\n"
    "A-3;Wohnung;180000;Lübeck;23552;Altbau in der Altstadt\n"
)


@pytest.fixture
def agent(app: Flask, client: FlaskClient, database: Any) -> FlaskClient:
    log_in(client, make_user(agency=make_agency("Costa Serena Homes")))
    return client


def the_source() -> Source:
    db.session.expire_all()
    return db.session.scalars(select(Source)).one()


def latest() -> Trial:
    db.session.expire_all()
    return db.session.scalars(select(Trial).order_by(Trial.id.desc()).limit(1)).one()


def work_trial() -> Trial:
    tasks.work_trial(latest().id)
    return latest()


def looked_at(agent: FlaskClient, location: str, **more: str) -> tuple[Trial, str]:
    """The look at a new source of that address, and the page that shows what came of it."""
    answer = agent.post("/sources/new", data={"location": location, **more})
    assert answer.status_code == 303
    trial = work_trial()
    return trial, agent.get(answer.location).text


def work_run() -> Run:
    run_id = db.session.scalars(select(Run.id)).one()
    tasks.import_run(run_id)
    work_offers()
    tasks.finish_run(run_id)
    db.session.expire_all()
    return db.session.get_one(Run, run_id)


def test_a_known_format_is_imported_with_four_clicks_from_its_address(
    agent: FlaskClient, vendor: str
) -> None:
    look, page = looked_at(agent, f"{vendor}{FEED}")
    assert look.state == "done", look.error_message
    for words in ("Kyero v3", "Sure", "Present and unique in all 12 records.", "Record 1 of 12"):
        assert words in page, words
    at = f"/sources/{the_source().id}/setup"
    assert agent.post(f"{at}/use", data={"then": "dry_run"}).location == f"{at}/dry-run"
    trial = work_trial()
    assert trial.state == "done", trial.error_message
    page = agent.get(f"{at}/dry-run").text
    assert ("Activating imports 12 offers." in page, "Would be created" in page) == (True, True)
    assert db.session.scalars(select(Offer)).all() == []
    assert trial.result is not None
    promised = trial.result["summary"]["created"]
    answer = agent.post(f"{at}/activate", data={"at_step": 1})
    run = work_run()
    assert answer.location == f"/runs/{run.id}"
    assert (run.state, run.created) == ("finished", promised)
    assert len(db.session.scalars(select(Offer)).all()) == 12
    assert the_source().status == SourceStatus.ACTIVE


def test_an_unknown_format_is_proposed_and_nothing_of_it_is_used_unseen(
    agent: FlaskClient,
) -> None:
    sent = {"location": "", "file": (io.BytesIO(CSV.encode()), "bestand.csv")}
    answer = agent.post("/sources/new", data=sent)
    look = work_trial()
    assert look.state == "done", look.error_message
    page = agent.get(answer.location).text
    for words in ("No known format: a mapping is proposed", "Go on to the mapping", "Kiel"):
        assert words in page, words
    at = f"/sources/{the_source().id}/setup"
    assert agent.post(f"{at}/use").location == f"/sources/{the_source().id}/mapping"
    agent.post(f"{at}/dry-run")
    assert work_trial().state == "done"
    assert "Activating imports 3 offers." in agent.get(f"{at}/dry-run").text
    assert agent.post(f"{at}/activate", data={"at_step": 1}).status_code == 303
    run = work_run()
    assert (run.state, run.trigger, run.created) == ("finished", "upload", 3)
    assert db.session.scalars(select(Upload)).one().name == "bestand.csv"


def test_another_id_is_tried_with_the_same_feed(agent: FlaskClient, vendor: str) -> None:
    look, _page = looked_at(agent, f"{vendor}{FEED}")
    assert look.result is not None
    at = f"/sources/{the_source().id}/setup/what"
    chosen = {"preset": "", "record_path": "/root/property", "id_path": "ref"}
    agent.post(at, data=chosen)
    again = work_trial()
    assert again.result is not None, again.error_message
    assert (again.result["detected"]["id_path"], again.result["document"]["id"]) == ("ref", ["ref"])
    assert "<code>ref</code>" in agent.get(at).text


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/kyero/harbour.xml?offers=12&mode=html", "login page"),
        ("/kyero/harbour.xml?offers=12&mode=empty", "empty"),
        ("/kyero/harbour.xml?offers=12&mode=404", "404"),
        ("/kyero/harbour.xml?offers=12&mode=500", "500"),
        ("/kyero/harbour.xml?offers=12&mode=comment", "no offer"),
    ],
)
def test_what_is_no_feed_is_said_with_what_came_back(
    agent: FlaskClient, vendor: str, path: str, sentence: str
) -> None:
    look, page = looked_at(agent, f"{vendor}{path}")
    assert look.state == "failed"
    assert look.error_message and look.error_hint
    assert sentence.lower() in page.lower(), look.error_message
    assert ("What to do:" in page, "Change the address" in page) == (True, True)
    assert db.session.get(SourceSample, the_source().id) is None


def test_a_private_address_and_a_wrong_name_are_refused_in_words(
    agent: FlaskClient, vendor: str, configure: Any
) -> None:
    configure(allowed_private_hosts=frozenset())
    look, page = looked_at(agent, f"{vendor}{FEED}")
    assert (look.state, look.error_code) == ("failed", "private_address")
    assert "What to do:" in page


def test_a_wrong_password_is_corrected_where_it_was_typed(agent: FlaskClient, vendor: str) -> None:
    location = f"{vendor}/protected{FEED}"
    login = {"credential_kind": "basic", "credential_name": "demo", "credential_secret": "wrong"}
    look, page = looked_at(agent, location, **login)
    assert look.state == "failed"
    assert ("HTTP 401" in page, "What to do:" in page) == (True, True)
    at = f"/sources/{the_source().id}/setup"
    agent.post(f"{at}/where", data={"location": location, **login, "credential_secret": "demo"})
    assert work_trial().state == "done"
    assert "Kyero v3" in agent.get(f"{at}/what").text


def test_a_feed_above_the_limit_is_refused(agent: FlaskClient, vendor: str, configure: Any) -> None:
    configure(max_feed_bytes=2000)
    look, page = looked_at(agent, f"{vendor}{FEED}")
    assert (look.state, look.error_code) == ("failed", "too_large")
    assert "What to do:" in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xml", b""),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("paper.pdf", b"%PDF-1.7\n" + b"x" * 200),
    ],
)
def test_a_file_of_another_kind_is_said_to_be_one(
    agent: FlaskClient, name: str, content: bytes
) -> None:
    sent = {"location": "", "file": (io.BytesIO(content), name)}
    answer = agent.post("/sources/new", data=sent)
    look = work_trial()
    assert look.state == "failed"
    page = agent.get(answer.location).text
    assert (str(look.error_message) in page.replace("&#39;", "'"), "What to do:" in page) == (
        True,
        True,
    )


def test_a_corrected_address_goes_on_where_the_wrong_one_ended(
    agent: FlaskClient, vendor: str
) -> None:
    looked_at(agent, f"{vendor}{FEED}&mode=404")
    at = f"/sources/{the_source().id}/setup"
    agent.post(f"{at}/where", data={"location": f"{vendor}{FEED}"})
    assert work_trial().state == "done"
    assert "Kyero v3" in agent.get(f"{at}/what").text


def test_deleting_the_set_up_leaves_nothing_of_a_sent_file(agent: FlaskClient) -> None:
    sent = {"location": "", "file": (io.BytesIO(CSV.encode()), "bestand.csv")}
    agent.post("/sources/new", data=sent)
    work_trial()
    agent.post(f"/sources/{the_source().id}/delete")
    db.session.expire_all()
    for table in (Source, Trial, SourceSample, Upload, UploadChunk):
        assert db.session.scalars(select(table)).all() == [], table
