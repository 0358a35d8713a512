"""The page of one offer: all of it, whatever the vendor sent, and nothing loaded from there."""

import pytest
import zstandard
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests import factories
from tests.busy_agency import make_busy_agency
from tests.people import log_in, make_user
from tests.statements import counted_statements
from webapp.extensions import db
from webapp.models import Agency, JobState, OfferJob, OfferRecord, Role, Source


@pytest.fixture
def source(agency: Agency) -> Source:
    return factories.make_source(agency)


def test_the_page_shows_the_whole_offer(agent: FlaskClient, agency: Agency) -> None:
    offer = make_busy_agency(agency)["offer"]
    text = agent.get(f"/offers/{offer.id}").text
    for words in (
        offer.title,
        f"€{factories.price_of(offer):,.0f}",
        "Costa Serena",
        "36.71, -4.42",
        f"{offer.data['areas']['built']:,} m²",
        "Private pool",
        "Text in Spanish",
        "The type is missing",
        "Ask the vendor to send it",
        "last good version",
        "Retry this offer",
        'rel="noopener noreferrer nofollow"',
        "https://***@feeds.example/photos?token=***",
    ):
        assert words in text, words
    assert "hunter2" not in text
    assert "<img" not in text


def test_texts_in_every_language_are_a_link_away(agent: FlaskClient, source: Source) -> None:
    offer = factories.make_offer(source)
    db.session.commit()
    assert "A bright" in agent.get(f"/offers/{offer.id}").text
    spanish = agent.get(f"/offers/{offer.id}?lang=es").text
    assert "Una casa luminosa." in spanish
    assert "A bright" not in spanish
    assert "A bright" in agent.get(f"/offers/{offer.id}?lang=xx").text


def test_hostile_data_is_shown_as_text_and_never_linked(agent: FlaskClient, source: Source) -> None:
    script = "<script>alert(1)</script>"
    offer = factories.make_offer(
        source,
        data={
            "reference": script,
            "url": "javascript:alert(1)",
            "texts": [{"lang": "en", "title": script, "description": script}],
            "media": [{"kind": "image", "url": "javascript:alert(2)", "position": 1}],
            "features": [{"code": None, "label": script}],
            "extra": {script: script},
        },
    )
    db.session.commit()
    for page in (f"/offers/{offer.id}", "/offers"):
        text = agent.get(page).text
        assert script not in text
        assert "&lt;script&gt;" in text
        assert 'href="javascript' not in text


def test_an_offer_with_nothing_but_its_id_has_a_page(agent: FlaskClient, source: Source) -> None:
    offer = factories.make_offer(source)
    offer.data = {"external_id": offer.external_id}
    offer.title = offer.reference = ""
    db.session.commit()
    text = agent.get(f"/offers/{offer.id}").text
    assert offer.external_id in text
    assert "The vendor sent no text." in text
    assert "The raw record is not kept any more." in text
    assert "Nothing has changed since it was created." in text


def test_a_record_that_is_stored_damaged_harms_no_page(agent: FlaskClient, source: Source) -> None:
    job = factories.make_job(factories.make_run(source), "LR1")
    offer = factories.make_offer(source, "LR1", job_id=job.id)
    for payload in (b"no zstandard", zstandard.compress(b"{no json")):
        db.session.execute(update(OfferRecord).values(payload=payload))
        db.session.commit()
        page = agent.get(f"/offers/{offer.id}")
        assert page.status_code == 200
        assert "is damaged" in page.text


def test_the_page_of_an_offer_with_a_long_history_sends_few_statements(
    app: Flask, agent: FlaskClient, agency: Agency
) -> None:
    id = make_busy_agency(agency)["offer"].id
    with counted_statements(app) as sent:
        agent.get(f"/offers/{id}")
    assert len(sent) <= 8


def test_retrying_from_the_offer_sends_its_last_job_and_comes_back(
    agent: FlaskClient, agency: Agency
) -> None:
    things = make_busy_agency(agency)
    job, offer = things["refused"], things["offer"]
    address = f"/runs/{job.run_id}/jobs/{job.id}/retry"
    assert address in agent.get(f"/offers/{offer.id}").text
    answer = agent.post(address, data={"from": "offer"})
    assert answer.location == f"/offers/{offer.id}"
    db.session.expire_all()
    assert db.session.get_one(OfferJob, job.id).state == JobState.QUEUED
    assert "Retry this offer" not in agent.get(f"/offers/{offer.id}").text


def test_a_viewer_cannot_retry(client: FlaskClient, agency: Agency) -> None:
    offer = make_busy_agency(agency)["offer"]
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agency))
    assert "Retry" not in client.get(f"/offers/{offer.id}").text
