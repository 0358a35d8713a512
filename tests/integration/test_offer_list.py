"""The list of offers: found by words, filtered, sorted and paged."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.people import log_in, make_admin, make_agency
from tests.statements import counted_statements
from webapp.extensions import db
from webapp.models import Agency, Offer, Source, utc_now
from webapp.queries import counting, offers

Db = scoped_session[Session]


@pytest.fixture
def source(agency: Agency) -> Source:
    return factories.make_source(agency)


def ids_on(page: str) -> list[int]:
    return [int(part.split('"')[0]) for part in page.split('<tr id="offer-')[1:]]


def make_priced(source: Source, price: int, **data: Any) -> Offer:
    deal = {"deal": "sale", "amount": price, "currency": "EUR", "period": "once", "per": "total",
            "on_request": False, "qualifier": None}  # fmt: skip
    return factories.make_offer(source, data={"deals": [deal], **data})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("malaga", True),
        ("MÁLAGA", True),
        ("mal", True),
        ("lemon grove", True),
        ("grove lemon", True),
        ("lemon gro", True),
        ("lem grove", False),
        ("VL-1023", True),
        ("1023", True),
        ("X/77", True),
        ("barcelona", False),
        ("' | !", True),
        ("\\", True),
        ("\0", True),
    ],
)
def test_words_are_found_in_title_town_reference_and_id(
    agent: FlaskClient, source: Source, words: str, found: bool
) -> None:
    factories.make_offer(
        source,
        "X/77",
        data={
            "reference": "VL-1023",
            "location": {"city": "Málaga"},
            "texts": [{"lang": "en", "title": "Lemon Grove House"}],
        },
    )
    db.session.commit()
    page = agent.get("/offers", query_string={"search": words}).text
    assert bool(ids_on(page)) is found
    assert ("No offer matches" in page) is not found


def test_filters_narrow_the_list(agent: FlaskClient, agency: Agency, source: Source) -> None:
    other = factories.make_source(agency, "Other feed")
    cheap = make_priced(source, 90_000, type="plot", category="land")
    villa = make_priced(other, 450_000, type="villa")
    dear = make_priced(source, 2_500_000, type="villa")
    flat = factories.make_offer(
        source, data={"type": "apartment", "deals": [{"deal": "rent", "amount": 900}]}
    )
    villa.lifecycle, cheap.lifecycle, dear.sync_status = "missing", "withdrawn", "rejected"
    db.session.commit()
    expected: dict[str, set[Offer]] = {
        f"source={other.id}": {villa},
        "lifecycle=missing": {villa},
        "lifecycle=gone": {villa, cheap},
        "lifecycle=live": {dear, flat},
        "sync=rejected": {dear},
        "sync=problems": {dear},
        "deal=rent": {flat},
        "type=villa": {villa, dear},
        "type=villa&deal=sale": {villa, dear},
        "price_from=100000": {villa, dear},
        "price_to=100000": {cheap, flat},
        "price_from=400000&price_to=500000": {villa},
        "price_from=450000&price_to=450000": {villa},
        "price_from=nonsense&deal=nonsense&type=nonsense&sync=x&source=x": {
            cheap,
            villa,
            dear,
            flat,
        },
        "price_from=-1&price_to=NaN&agency=99999999999999999999": {cheap, villa, dear, flat},
    }
    for query, offers_found in expected.items():
        found = set(ids_on(agent.get(f"/offers?{query}").text))
        assert found == {offer.id for offer in offers_found}, query


def test_an_admin_filters_by_agency(session: Db, client: FlaskClient, source: Source) -> None:
    other = factories.make_source(make_agency("Faro Estates"))
    ours, theirs = factories.make_offer(source), factories.make_offer(other)
    db.session.commit()
    log_in(client, make_admin())
    assert set(ids_on(client.get("/offers").text)) == {ours.id, theirs.id}
    page = client.get(f"/offers?agency={other.agency_id}").text
    assert ids_on(page) == [theirs.id]


def test_offers_are_sorted_by_each_header(agent: FlaskClient, source: Source) -> None:
    def dated(hours: int, price: int, town: str) -> Offer:
        offer = make_priced(source, price, location={"city": town})
        offer.changed_at = utc_now() - timedelta(hours=hours)
        return offer

    first = dated(1, 300, "Bilbao")
    second = dated(2, 100, "alicante")
    third = dated(3, 200, "Cádiz")
    third.price = None
    db.session.commit()
    by_change, by_price = [first.id, second.id, third.id], [second.id, first.id, third.id]
    assert ids_on(agent.get("/offers").text) == by_change
    assert ids_on(agent.get("/offers?sort=changed").text) == by_change[::-1]
    assert ids_on(agent.get("/offers?sort=price").text) == by_price
    assert ids_on(agent.get("/offers?sort=-price").text) == [first.id, second.id, third.id]
    assert ids_on(agent.get("/offers?sort=city").text) == [second.id, first.id, third.id]
    assert ids_on(agent.get("/offers?sort=nonsense").text) == by_change
    assert 'aria-sort="ascending"' in agent.get("/offers?sort=price").text


def test_up_to_the_cap_pages_are_numbered(agent: FlaskClient, source: Source) -> None:
    for _ in range(120):
        factories.make_offer(source)
    db.session.commit()
    first = agent.get("/offers?sort=price").text
    assert "1–50 of 120" in first
    third = agent.get("/offers?sort=price&page=3").text
    assert "101–120 of 120" in third
    assert "page=2" in third and "page=4" not in third
    seen = [id for page in (1, 2, 3) for id in ids_on(agent.get(f"/offers?page={page}").text)]
    assert len(set(seen)) == 120
    assert "No offer matches" in agent.get("/offers?page=9").text


def test_beyond_the_cap_pages_follow_the_last_change_and_miss_no_offer(
    agent: FlaskClient, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (counting, offers):
        monkeypatch.setattr(module, "CAP", 100)
    moment = utc_now()
    for number in range(120):
        # Many share a moment, as offers of one transaction do.
        factories.make_offer(source, at=moment - timedelta(hours=number // 30))
    db.session.commit()
    page = agent.get("/offers?sort=price").text
    assert "More than 100 offers match." in page
    assert "sort=price" not in page.split("<thead>")[1].split("</thead>")[0]
    order = list(
        db.session.scalars(select(Offer.id).order_by(Offer.changed_at.desc(), Offer.id.desc()))
    )
    page, seen = agent.get("/offers").text, []
    while True:
        seen += ids_on(page)
        links = page.split('rel="next" href="')
        if len(links) == 1:
            break
        page = agent.get(links[1].split('"')[0].replace("&amp;", "&")).text
    assert seen == order
    back = page.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert ids_on(agent.get(back).text) == order[50:100]
    rising = agent.get("/offers?sort=changed").text
    assert ids_on(rising) == order[::-1][:50]


def test_nonsense_in_the_position_is_the_first_page(agent: FlaskClient, source: Source) -> None:
    offer = factories.make_offer(source)
    db.session.commit()
    for text in ("", "x", "1.x", "²", "9" * 40, "1." + "9" * 30):
        assert ids_on(agent.get("/offers", query_string={"after": text}).text) == [offer.id]


def test_the_list_sends_as_many_statements_for_many_offers_as_for_one(
    app: Flask, agent: FlaskClient, source: Source
) -> None:
    factories.make_offer(source)
    db.session.commit()
    with counted_statements(app) as for_one:
        agent.get("/offers")
    for _ in range(49):
        factories.make_offer(source)
    db.session.commit()
    with counted_statements(app) as for_many:
        agent.get("/offers")
    assert len(for_many) == len(for_one) <= 5


def test_typing_brings_the_list_alone(agent: FlaskClient, source: Source) -> None:
    factories.make_offer(source)
    db.session.commit()
    answer = agent.get("/offers?search=bright", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "<table" in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_an_agency_without_offers_is_told_how_they_come(agent: FlaskClient) -> None:
    assert "No offer yet" in agent.get("/offers").text


def test_a_price_shows_its_currency_and_a_missing_one_a_dash(
    agent: FlaskClient, source: Source
) -> None:
    make_priced(source, 1_250_000)
    factories.make_offer(source, data={"deals": []})
    db.session.commit()
    page = agent.get("/offers").text
    assert "€1,250,000" in page
    assert "–</td>" in page.replace("\n", "")
