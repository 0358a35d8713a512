"""Deliveries that only name what changed: the offers are fetched from a real server."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from jobs import tasks
from tests import factories
from tests.deliveries import make_delivery, make_webhook, record
from tests.integration.deliveries.delivery_steps import (
    deliver,
    kept_objects,
    offers_of,
    prices,
    problem_codes,
    verdict,
    work_offers,
)
from tests.integration.deliveries.offer_server import OfferServer, running_offer_server
from tests.people import make_agency
from webapp import queues
from webapp.extensions import db
from webapp.models import Webhook
from webapp.services.credentials import CredentialKind, SourceCredentials, encrypted_credentials
from webapp.services.locations import set_location


@pytest.fixture
def server(configure: Any) -> Iterator[OfferServer]:
    with running_offer_server() as running:
        configure(allowed_private_hosts=frozenset({urlsplit(running.url).netloc}))
        yield running


def door(server: OfferServer, **settings: Any) -> Webhook:
    chosen = {"shape": "ids", "ids_at": "ids", "detail_url": server.detail_url} | settings
    made = make_webhook(factories.make_source(make_agency("Baltvik Estates"), "Lirio"), **chosen)
    db.session.commit()
    return made


def fetch(webhook: Webhook) -> None:
    source_id = webhook.source_id
    with kept_objects():
        tasks.fetch_changed(source_id)
    work_offers()


def make_due(webhook: Webhook) -> None:
    db.session.execute(
        text("UPDATE deliveries SET due_at = now() WHERE source_id = :id AND due_at IS NOT NULL"),
        {"id": webhook.source_id},
    )
    db.session.commit()


def test_named_offers_are_fetched_and_those_not_found_are_gone(server: OfferServer) -> None:
    webhook = door(server, ids_at="changed[].ref")
    server.answers = {
        "/offers/A1": record("A1", price=5),
        "/offers/A2": {"offer": record("A2", price=6)},
        "/offers/A3": record("A3"),
    }
    first = make_delivery(webhook, {"changed": [{"ref": "A1"}, {"ref": "A2"}, {"ref": "A3"}]})
    deliver(first)
    assert verdict(first) == {"state": "fetching"}
    assert queues.is_waiting(queues.DEFAULT, f"fetch-{webhook.source_id}")
    fetch(webhook)
    assert verdict(first) == {"state": "done", "staged": 3, "settled": 3, "created": 3}
    server.answers |= {"/offers/A1": record("A1", price=7), "/offers/A3": 410}
    del server.answers["/offers/A2"]
    second = make_delivery(webhook, {"changed": [{"ref": "A1"}, {"ref": "A2"}, {"ref": "A3"}]})
    deliver(second)
    fetch(webhook)
    assert prices(webhook) == {"A1": 7}
    assert verdict(second)["withdrawn"] == 2
    assert first.finished_at is not None
    assert first.ids_left is None


def test_an_id_is_percent_encoded_in_the_address(server: OfferServer) -> None:
    webhook = door(server)
    server.answers = {"/offers/A/1 ü?x#y": record("A/1 ü?x#y")}
    deliver(make_delivery(webhook, {"ids": ["A/1 ü?x#y", ".."]}))
    fetch(webhook)
    assert server.asked == ["/offers/A%2F1%20%C3%BC%3Fx%23y"]
    assert set(prices(webhook)) == {"A/1 ü?x#y"}


def test_a_key_in_the_address_is_stored_hidden_and_sent_whole(server: OfferServer) -> None:
    webhook = door(server, detail_url=f"{server.detail_url}?api_key=s3cret")
    assert "s3cret" not in str(webhook.settings)
    server.answers = {"/offers/A1?api_key=s3cret": record("A1")}
    deliver(make_delivery(webhook, {"ids": ["A1"]}))
    fetch(webhook)
    assert set(prices(webhook)) == {"A1"}


def test_an_address_whose_key_is_unknown_is_not_asked(server: OfferServer) -> None:
    webhook = door(server, detail_url=f"{server.detail_url}?api_key=***")
    delivery = make_delivery(webhook, {"ids": ["A1"]})
    deliver(delivery)
    fetch(webhook)
    assert verdict(delivery) == {"state": "unreadable", "cause": "fetch_failed"}
    assert "Type the whole addresses again" in delivery.cause_detail
    assert server.asked == []


def test_no_id_leads_to_another_server(server: OfferServer) -> None:
    webhook = door(server, detail_url=f"http://{{id}}{server.url.removeprefix('http:/')}")
    delivery = make_delivery(webhook, {"ids": ["evil.example"]})
    deliver(delivery)
    fetch(webhook)
    assert verdict(delivery) == {"state": "unreadable", "cause": "fetch_failed"}
    assert "in the name of the server" in delivery.cause_detail
    assert server.asked == []


def test_what_is_left_to_fetch_ends_with_its_webhook(server: OfferServer) -> None:
    webhook = door(server)
    source_id, delivery = webhook.source_id, make_delivery(webhook, {"ids": ["A1"]})
    deliver(delivery)
    db.session.delete(webhook)
    db.session.commit()
    tasks.fetch_changed(source_id)
    assert verdict(db.session.merge(delivery))["cause"] == "fetch_failed"
    assert server.asked == []


def test_a_list_is_asked_where_the_body_names_nothing(server: OfferServer) -> None:
    webhook = door(server, ids_at="offers[].id", list_url=f"{server.url}/changed")
    server.answers = {
        "/changed": {"offers": [{"id": 1}, {"id": 2}]},
        "/offers/1": record("1"),
        "/offers/2": record("2"),
    }
    delivery = make_delivery(webhook, {"event": "something changed"})
    deliver(delivery)
    fetch(webhook)
    assert set(prices(webhook)) == {"1", "2"}
    assert verdict(delivery)["state"] == "done"


def test_an_event_of_deletion_needs_no_fetching(server: OfferServer) -> None:
    webhook = door(server, withdrawn_when=[{"path": "event", "equals": "deleted"}])
    server.answers = {"/offers/A1": record("A1")}
    deliver(make_delivery(webhook, {"event": "changed", "ids": ["A1"]}))
    fetch(webhook)
    assert set(prices(webhook)) == {"A1"}
    deletion = make_delivery(webhook, {"event": "deleted", "ids": ["A1"]})
    deliver(deletion)
    assert offers_of(webhook)["A1"].lifecycle == "withdrawn"
    assert server.asked == ["/offers/A1"]


def test_an_answer_that_is_no_offer_harms_only_itself(server: OfferServer) -> None:
    webhook = door(server)
    server.answers = {"/offers/A1": b"<html>", "/offers/A2": record("A2"), "/offers/A3": 400}
    delivery = make_delivery(webhook, {"ids": ["A1", "A2", "A3"]})
    deliver(delivery)
    fetch(webhook)
    assert verdict(delivery) == {
        "state": "done", "cause": "offers_refused", "staged": 1, "settled": 1, "created": 1,
        "rejected": 2,
    }  # fmt: skip
    assert problem_codes(delivery) == ["not_fetched", "not_fetched"]


def test_a_server_that_fails_is_asked_again_for_what_is_left(server: OfferServer) -> None:
    webhook = door(server)
    server.answers = {"/offers/A1": record("A1"), "/offers/A2": 503, "/offers/A3": record("A3")}
    delivery = make_delivery(webhook, {"ids": ["A1", "A2", "A3"]})
    deliver(delivery)
    fetch(webhook)
    assert verdict(delivery)["state"] == "fetching"
    assert delivery.ids_left == ["A2", "A3"]
    assert "503" in delivery.cause_detail
    assert set(prices(webhook)) == {"A1"}
    # Not before its time.
    fetch(webhook)
    assert len(server.asked) == 2
    server.answers["/offers/A2"] = record("A2")
    make_due(webhook)
    fetch(webhook)
    assert server.asked == ["/offers/A1", "/offers/A2", "/offers/A2", "/offers/A3"]
    assert verdict(delivery) == {"state": "done", "staged": 3, "settled": 3, "created": 3}
    assert delivery.cause_detail == ""


def test_a_server_that_fails_for_good_ends_it_with_the_reason(server: OfferServer) -> None:
    webhook = door(server)
    server.answers = {"/offers/A1": 503}
    delivery = make_delivery(webhook, {"ids": ["A1"]})
    deliver(delivery)
    for _ in range(12):
        make_due(webhook)
        fetch(webhook)
    assert verdict(delivery) == {"state": "unreadable", "cause": "fetch_failed"}
    assert len(server.asked) == 12
    assert "503" in delivery.cause_detail


def test_without_access_nothing_else_is_asked_for(server: OfferServer) -> None:
    webhook = door(server)
    server.answers = {"/offers/A1": 401, "/offers/A2": record("A2")}
    delivery = make_delivery(webhook, {"ids": ["A1", "A2"]})
    deliver(delivery)
    fetch(webhook)
    assert verdict(delivery) == {"state": "unreadable", "cause": "fetch_failed"}
    assert server.asked == ["/offers/A1"]
    assert "credentials" in delivery.cause_detail


def test_a_private_address_is_not_asked(server: OfferServer, configure: Any) -> None:
    configure(allowed_private_hosts=frozenset())
    webhook = door(server)
    delivery = make_delivery(webhook, {"ids": ["A1"]})
    deliver(delivery)
    fetch(webhook)
    assert verdict(delivery) == {"state": "unreadable", "cause": "fetch_failed"}
    assert server.asked == []


@pytest.mark.parametrize(("location", "is_sent"), [("", True), ("same", True), ("other", False)])
def test_the_sources_access_goes_to_its_own_server_alone(
    server: OfferServer, location: str, is_sent: bool
) -> None:
    webhook = door(server)
    locations = {"same": f"{server.url}/feed.xml", "other": "http://feeds.example.com/a.xml"}
    set_location(webhook.source, locations.get(location, ""))
    webhook.source.credentials = encrypted_credentials(
        SourceCredentials(CredentialKind.BEARER, "", "opensesame")
    )
    server.answers = {"/offers/A1": record("A1")}
    deliver(make_delivery(webhook, {"ids": ["A1"]}))
    fetch(webhook)
    assert server.authorizations == {"Bearer opensesame" if is_sent else ""}


def test_what_is_fetched_is_as_new_as_the_question(server: OfferServer) -> None:
    webhook = door(server)
    server.answers = {"/offers/A1": record("A1", price=9)}
    older = make_delivery(webhook, {"ids": ["A1"]})
    deliver(older)
    delivery = make_delivery(webhook, {"ids": ["A1"]})
    fetch(webhook)
    assert prices(webhook) == {"A1": 9}
    assert offers_of(webhook)["A1"].sequence > delivery.sequence


def test_a_delivery_that_kills_its_workers_comes_to_an_end(server: OfferServer) -> None:
    webhook = door(server)
    delivery = make_delivery(webhook, {"ids": ["A1"]})
    deliver(delivery)
    db.session.execute(
        text("UPDATE deliveries SET attempt = 12, lease_until = now() - interval '1 s'")
    )
    db.session.commit()
    fetch(webhook)
    assert verdict(delivery) == {"state": "unreadable", "cause": "worker_died"}
    assert server.asked == []


def test_a_body_without_ids_is_unreadable(server: OfferServer) -> None:
    webhook = door(server)
    delivery = make_delivery(webhook, {"changed": ["A1"]})
    deliver(delivery)
    assert verdict(delivery) == {"state": "unreadable", "cause": "no_ids"}
    assert "“ids”" in delivery.cause_detail
