"""From accepted deliveries to offers, whatever a body looks like, on the workers' own path."""

import random
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from tests import factories
from tests.deliveries import make_delivery, make_webhook, record
from tests.integration.deliveries.delivery_steps import (
    deliver,
    offers_of,
    prices,
    problem_codes,
    verdict,
)
from tests.people import make_agency
from webapp.extensions import db
from webapp.models import Webhook


def door(**settings: Any) -> Webhook:
    made = make_webhook(factories.make_source(make_agency("Baltvik Estates"), "Lirio"), **settings)
    db.session.commit()
    return made


XML = (
    b"<message><kind>changed</kind><offers><offer><id>A1</id><price>5</price><town>T</town></offer>"
    b"<offer><id>A2</id><price>6</price></offer></offers></message>"
)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ([record("A1", price=5), record("A2", price=6)], "application/json"),
        ({"meta": {"n": 2}, "offers": [record("A1", price=5), record("A2", price=6)]}, ""),
        (
            orjson.dumps(record("A1", price=5)) + b"\n" + orjson.dumps(record("A2", price=6)),
            "application/x-ndjson",
        ),
        (XML, "application/xml"),
    ],
)
def test_every_record_becomes_an_offer(content: Any, content_type: str) -> None:
    webhook = door()
    delivery = make_delivery(webhook, content, content_type=content_type)
    deliver(delivery)
    assert verdict(delivery) == {"state": "done", "staged": 2, "settled": 2, "created": 2}
    assert prices(webhook) == {"A1": 5, "A2": 6}
    assert delivery.finished_at is not None


def test_one_record_or_a_form_becomes_an_offer(webhook: Webhook) -> None:
    one = make_delivery(webhook, record("A1", price=5))
    form = make_delivery(
        webhook, b"id=A2&price=6&town=T", content_type="application/x-www-form-urlencoded"
    )
    deliver(one, form)
    assert prices(webhook) == {"A1": 5, "A2": 6}


def test_a_record_without_an_id_harms_only_itself(webhook: Webhook) -> None:
    delivery = make_delivery(webhook, [record("A1"), {"price": 5, "town": "T"}, record("A2")])
    deliver(delivery)
    assert verdict(delivery) == {
        "state": "done", "cause": "offers_refused", "staged": 2, "settled": 2, "created": 2,
        "rejected": 1,
    }  # fmt: skip
    assert problem_codes(delivery) == ["missing_id"]
    assert set(prices(webhook)) == {"A1", "A2"}


def test_an_unreadable_body_says_why_and_harms_no_other_delivery(webhook: Webhook) -> None:
    broken = make_delivery(webhook, b'{"id": "A1", ')
    good = make_delivery(webhook, record("A2"))
    deliver(broken, good)
    assert verdict(broken) == {"state": "unreadable", "cause": "not_json"}
    assert "line 1, column 14" in broken.cause_detail
    assert broken.finished_at is not None
    assert set(prices(webhook)) == {"A2"}


def test_an_empty_list_is_done_at_once(webhook: Webhook) -> None:
    delivery = make_delivery(webhook, [])
    deliver(delivery)
    assert verdict(delivery) == {"state": "done"}


def test_a_delete_by_rule_withdraws_the_offer() -> None:
    webhook = door(
        header_values={"#event": "event"},
        withdrawn_when=[{"path": "#event", "equals": "offer.deleted"}],
    )
    deliver(make_delivery(webhook, {"event": "offer.changed", "offer": record("A1")}))
    deletion = make_delivery(webhook, {"event": "offer.deleted", "offer": {"id": "A1"}})
    unknown = make_delivery(webhook, {"event": "offer.deleted", "offer": {"id": "A9"}})
    deliver(deletion, unknown)
    assert verdict(deletion) == {"state": "done", "staged": 1, "settled": 1, "withdrawn": 1}
    assert verdict(unknown) == {"state": "done", "staged": 1, "settled": 1, "unchanged": 1}
    assert offers_of(webhook)["A1"].lifecycle == "withdrawn"


def test_what_came_before_its_deletion_does_not_bring_the_offer_back() -> None:
    webhook = door(withdrawn_when=[{"path": "gone", "equals": True}])
    earlier = make_delivery(webhook, record("A1"))
    deletion = make_delivery(webhook, {"id": "A1", "gone": True})
    deliver(deletion)
    deliver(earlier)
    assert prices(webhook) == {}


def test_in_any_order_and_repeated_the_newest_state_remains() -> None:
    webhook = door(version_at="rev", withdrawn_when=[{"path": "gone", "equals": True}])
    chance = random.Random(5)
    states = [
        {"id": id, "rev": rev, "gone": True}
        if (id, rev) in (("A3", 9), ("A4", 4))
        else record(id, rev=rev, price=1000 * rev)
        for id in ("A1", "A2", "A3", "A4")
        for rev in range(1, 10)
    ]
    for _ in range(3):
        sent = [*states, *chance.sample(states, 12)]
        chance.shuffle(sent)
        made = [make_delivery(webhook, state) for state in sent]
        chance.shuffle(made)
        while made:
            size = chance.randint(1, 9)
            deliver(*made[:size])
            made = made[size:]
        assert prices(webhook) == {"A1": 9000, "A2": 9000, "A4": 9000}


def test_without_a_version_the_arrival_orders() -> None:
    webhook = door()
    made = [make_delivery(webhook, record("A1", price=price)) for price in range(1, 8)]
    random.Random(7).shuffle(made)
    deliver(*made[:3])
    deliver(*made[3:])
    assert prices(webhook) == {"A1": 7}


def test_later_records_of_one_delivery_are_newer(webhook: Webhook) -> None:
    delivery = make_delivery(webhook, [record("A1", price=price) for price in (5, 6, 7)])
    deliver(delivery)
    assert prices(webhook) == {"A1": 7}
    assert verdict(delivery)["superseded"] == 2


def test_a_long_delivery_is_not_newer_than_the_one_right_behind_it(webhook: Webhook) -> None:
    long = make_delivery(webhook, [record(f"A{number}", price=1) for number in range(50)])
    short = make_delivery(webhook, record("A49", price=2), sequence=long.sequence + 10)
    deliver(short)
    deliver(long)
    assert prices(webhook)["A49"] == 2


def test_partial_records_are_laid_over_what_is_known() -> None:
    webhook = door(partial=True)
    deliver(make_delivery(webhook, record("A1", price=5)))
    deliver(make_delivery(webhook, {"id": "A1", "price": 7}))
    deliver(make_delivery(webhook, {"id": "A1", "town": "Villa Almendra"}))
    offer = offers_of(webhook)["A1"]
    assert (float(offer.price or 0), offer.city) == (7, "Villa Almendra")


def test_of_a_late_partial_record_only_what_nothing_newer_says_counts() -> None:
    webhook = door(partial=True, version_at="rev")
    deliver(make_delivery(webhook, record("A1", rev=1, price=5, beds=1)))
    late = make_delivery(webhook, {"id": "A1", "rev": 2, "price": 6, "town": "Villa Almendra"})
    deliver(make_delivery(webhook, {"id": "A1", "rev": 3, "price": 7}))
    deliver(late)
    offer = offers_of(webhook)["A1"]
    assert (float(offer.price or 0), offer.city, offer.version) == (7, "Villa Almendra", 3)
    assert verdict(late)["updated"] == 1
    stale = make_delivery(webhook, {"id": "A1", "rev": 2, "price": 4})
    deliver(stale, make_delivery(webhook, {"id": "A1", "rev": 4, "beds": 3}))
    offer = offers_of(webhook)["A1"]
    assert (float(offer.price or 0), offer.city, offer.bedrooms) == (7, "Villa Almendra", 3)
    assert verdict(stale)["superseded"] == 1


@pytest.mark.parametrize("seed", range(6))
def test_partial_records_in_any_order_end_in_the_newest_of_every_field(seed: int) -> None:
    webhook = door(partial=True, version_at="rev")
    chance = random.Random(seed)
    deliver(make_delivery(webhook, record("A1", rev=1, price=1, beds=1, town="T1")))
    changes: list[dict[str, Any]] = [
        {"id": "A1", "rev": rev, name: rev if name != "town" else f"T{rev}"}
        for rev, name in enumerate(chance.choices(("price", "beds", "town"), k=12), start=2)
    ]
    made = [make_delivery(webhook, change) for change in changes * 2]
    chance.shuffle(made)
    while made:
        size = chance.randint(1, 4)
        deliver(*made[:size])
        made = made[size:]
    newest: dict[str, Any] = {"price": 1, "beds": 1, "town": "T1"}
    for change in changes:
        newest |= change
    offer = offers_of(webhook)["A1"]
    assert (offer.price, offer.bedrooms, offer.city) == (
        newest["price"], newest["beds"], newest["town"]
    )  # fmt: skip


def test_a_late_partial_record_says_nothing_beside_a_newer_whole_one() -> None:
    webhook = door(partial=True, version_at="rev")
    late = make_delivery(webhook, {"id": "A1", "rev": 2, "town": "Villa Almendra"})
    deliver(make_delivery(webhook, record("A1", rev=3)))
    db.session.execute(
        text("UPDATE deliveries SET partial = false WHERE id <> :id"), {"id": late.id}
    )
    deliver(late)
    assert offers_of(webhook)["A1"].city == "Puerto Lirio"
    assert verdict(late)["superseded"] == 1


def test_a_partial_deletion_is_no_part_of_what_comes_later() -> None:
    webhook = door(partial=True, withdrawn_when=[{"path": "gone", "equals": True}])
    deliver(make_delivery(webhook, record("A1", price=5)))
    deliver(
        make_delivery(webhook, {"id": "A1", "gone": True}),
        make_delivery(webhook, {"id": "A1", "gone": False, "price": 6}),
    )
    assert prices(webhook) == {"A1": 6}


def test_a_source_without_a_mapping_keeps_its_deliveries(webhook: Webhook) -> None:
    webhook.source.mapping_id = None
    delivery = make_delivery(webhook, record("A1"))
    deliver(delivery)
    assert verdict(delivery) == {"state": "waiting"}


def test_a_delivery_is_split_once_however_often_it_is_rung_for(webhook: Webhook) -> None:
    delivery = make_delivery(webhook, record("A1"))
    deliver(delivery, delivery)
    deliver(delivery)
    assert verdict(delivery) == {"state": "done", "staged": 1, "settled": 1, "created": 1}


def test_more_offers_than_a_turn_takes_are_all_applied(webhook: Webhook, configure: Any) -> None:
    configure(turn_size=10)
    delivery = make_delivery(webhook, [record(f"A{number}") for number in range(55)])
    deliver(delivery)
    assert verdict(delivery) == {"state": "done", "staged": 55, "settled": 55, "created": 55}
