"""Vendors that ask for it are told what became of a delivery, signed, until they have taken it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, text
from standardwebhooks import Webhook as Verifier

from jobs import tasks
from jobs.deliveries.receipts import PAUSES, receipt_pause, ring_for_due_receipts
from tests.deliveries import make_delivery, record
from tests.integration.deliveries.receipt_server import ReceiptServer
from webapp import queues
from webapp.extensions import db
from webapp.models import Delivery, OfferJob, Receipt, ReceiptState, Webhook, utc_now
from webapp.services.receipts import new_receipt_secret
from webapp.services.webhook_settings import set_settings, settings_of

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text()
RECORDS = [record("A1"), record("A2", type="castle"), {"price": 5}]


@pytest.fixture
def secret(webhook: Webhook, receipts: ReceiptServer, configure: Any) -> str:
    """Of a webhook whose vendor wants receipts."""
    configure(allowed_private_hosts=frozenset({receipts.host}))
    changed = {"receipt_url": receipts.url}
    set_settings(webhook, settings_of(webhook).model_copy(update=changed))
    made = new_receipt_secret(webhook)
    db.session.commit()
    return made


def deliver(webhook: Webhook, content: Any) -> int:
    delivery_id = make_delivery(db.session.merge(webhook), content).id
    db.session.commit()
    tasks.apply_delivery(delivery_id)
    return delivery_id


def receipt_of(delivery_id: int) -> Receipt:
    db.session.rollback()
    return db.session.get_one(Receipt, delivery_id, populate_existing=True)


def is_rung(source_id: int) -> bool:
    return queues.is_waiting(queues.DEFAULT, f"receipts-{source_id}")


def make_due(delivery_id: int) -> None:
    receipt_of(delivery_id).due_at = utc_now() - timedelta(seconds=1)
    db.session.commit()


def test_a_finished_delivery_is_told_record_by_record(
    webhook: Webhook, receipts: ReceiptServer, secret: str
) -> None:
    source_id = webhook.source_id
    delivery_id = deliver(webhook, RECORDS)
    assert is_rung(source_id)
    tasks.send_receipts(source_id)
    [(headers, body)] = receipts.received
    assert receipts.paths == ["/receipts?key=k-secret"]
    assert "k-secret" not in str(db.session.get_one(Webhook, source_id).settings)
    Verifier(secret).verify(body, headers)
    assert headers["webhook-id"] == f"receipt_{delivery_id}_1"
    told = orjson.loads(body)
    assert (told["delivery"], told["state"]) == (delivery_id, "done")
    assert told["counts"]["created"] == 2
    outcomes = {one["position"]: (one["external_id"], one["outcome"]) for one in told["records"]}
    assert outcomes == {1: ("A1", "created"), 2: ("A2", "created"), 3: ("", "rejected")}
    [missing] = told["records"][2]["problems"]
    assert (missing["code"], missing["field"]) == ("missing_id", "external_id")
    [unknown] = told["records"][1]["problems"]
    assert unknown["field"] == "type"
    sent = receipt_of(delivery_id)
    assert (sent.state, sent.http_status) == (ReceiptState.SENT, 204)


def test_a_receipt_is_as_the_page_for_vendors_says(
    webhook: Webhook, receipts: ReceiptServer, secret: str
) -> None:
    source_id = webhook.source_id
    deliver(webhook, [record("A1"), {"price": 5}])
    tasks.send_receipts(source_id)
    told = orjson.loads(receipts.received[0][1])
    [written] = re.findall(r'```json\n(\{"type": "delivery.*?)```', PAGE, re.S)
    described = orjson.loads(written)
    assert shape_of(told) == shape_of(described)
    assert told["counts"] == described["counts"]


def shape_of(value: Any) -> Any:
    """The names and kinds of values in it."""
    if isinstance(value, dict):
        return {name: shape_of(inner) for name, inner in value.items()}
    return [shape_of(inner) for inner in value] if isinstance(value, list) else type(value)


def test_a_receipt_that_was_taken_is_not_sent_again(
    webhook: Webhook, receipts: ReceiptServer, secret: str
) -> None:
    source_id = webhook.source_id
    deliver(webhook, record("A1"))
    tasks.send_receipts(source_id)
    tasks.send_receipts(source_id)
    assert len(receipts.received) == 1


@pytest.mark.parametrize("content", [RECORDS, b"{not json", []])
def test_work_that_is_done_twice_makes_one_receipt(
    webhook: Webhook, receipts: ReceiptServer, secret: str, content: Any
) -> None:
    source_id = webhook.source_id
    delivery_id = deliver(webhook, content)
    for job_id in db.session.scalars(select(OfferJob.id)).all():
        tasks.apply_offer(job_id)
    tasks.apply_delivery(delivery_id)
    assert receipt_of(delivery_id).edition == 1
    tasks.send_receipts(source_id)
    tasks.apply_delivery(delivery_id)
    tasks.send_receipts(source_id)
    assert [headers["webhook-id"] for headers, _ in receipts.received] == [
        f"receipt_{delivery_id}_1"
    ]


def test_workers_that_have_a_delivery_at_once_make_one_receipt(
    app: Flask, webhook: Webhook, receipts: ReceiptServer, secret: str
) -> None:
    delivery_id = make_delivery(db.session.merge(webhook), RECORDS).id
    db.session.commit()

    def work(_: int) -> None:
        with app.app_context():
            tasks.apply_delivery(delivery_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))
    told = receipt_of(delivery_id)
    assert (told.edition, told.state) == (1, ReceiptState.DUE)
    assert db.session.get_one(Delivery, delivery_id).settled == 2


def test_a_vendor_who_did_not_ask_gets_no_receipt(webhook: Webhook) -> None:
    source_id = webhook.source_id
    delivery_id = deliver(webhook, record("A1"))
    assert db.session.get(Receipt, delivery_id) is None
    assert not is_rung(source_id)


def test_an_unreadable_delivery_is_told_too(
    webhook: Webhook, receipts: ReceiptServer, secret: str
) -> None:
    source_id = webhook.source_id
    deliver(webhook, b"{not json")
    tasks.send_receipts(source_id)
    told = orjson.loads(receipts.received[0][1])
    assert (told["state"], told["cause"], told["records"]) == ("unreadable", "not_json", [])


def test_a_server_that_fails_is_asked_again_later_with_the_same_id(
    webhook: Webhook, receipts: ReceiptServer, secret: str
) -> None:
    source_id = webhook.source_id
    delivery_id = deliver(webhook, record("A1"))
    receipts.status = 500
    tasks.send_receipts(source_id)
    waiting = receipt_of(delivery_id)
    assert (waiting.state, waiting.attempt, waiting.http_status) == (ReceiptState.DUE, 1, 500)
    assert waiting.due_at is not None and waiting.due_at > utc_now()
    tasks.send_receipts(source_id)
    assert len(receipts.received) == 1, "not before its time"
    receipts.status = 200
    make_due(delivery_id)
    tasks.send_receipts(source_id)
    first, second = (headers["webhook-id"] for headers, _ in receipts.received)
    assert first == second
    assert receipt_of(delivery_id).state == ReceiptState.SENT


def test_a_vendor_who_says_gone_is_left_alone(
    webhook: Webhook, receipts: ReceiptServer, secret: str
) -> None:
    source_id = webhook.source_id
    delivery_id = deliver(webhook, record("A1"))
    receipts.status = 410
    tasks.send_receipts(source_id)
    assert receipt_of(delivery_id).state == ReceiptState.FAILED


def test_a_redirect_is_not_followed(webhook: Webhook, receipts: ReceiptServer, secret: str) -> None:
    source_id = webhook.source_id
    delivery_id = deliver(webhook, record("A1"))
    receipts.status, receipts.headers = 302, {"Location": receipts.url}
    tasks.send_receipts(source_id)
    assert len(receipts.received) == 1
    assert receipt_of(delivery_id).state == ReceiptState.DUE


def test_a_private_address_is_refused_and_the_secret_in_it_not_shown(
    webhook: Webhook, receipts: ReceiptServer, secret: str, configure: Any
) -> None:
    source_id = webhook.source_id
    configure(allowed_private_hosts=frozenset())
    delivery_id = deliver(webhook, record("A1"))
    tasks.send_receipts(source_id)
    assert receipts.received == []
    refused = receipt_of(delivery_id)
    assert "private" in refused.error and "k-secret" not in refused.error


def test_a_lost_bell_and_a_dead_worker_are_made_good_by_the_sweeper(
    webhook: Webhook, receipts: ReceiptServer, secret: str
) -> None:
    source_id = webhook.source_id
    delivery_id = deliver(webhook, record("A1"))
    queues.valkey().flushall()
    ring_for_due_receipts()
    assert is_rung(source_id)
    dead = receipt_of(delivery_id)
    dead.state, dead.lease_until = ReceiptState.SENDING, utc_now() - timedelta(seconds=1)
    db.session.commit()
    queues.valkey().flushall()
    ring_for_due_receipts()
    assert is_rung(source_id)
    tasks.send_receipts(source_id)
    assert receipt_of(delivery_id).state == ReceiptState.SENT


def test_offers_that_were_sent_again_make_a_new_edition(
    webhook: Webhook, receipts: ReceiptServer, secret: str
) -> None:
    source_id = webhook.source_id
    delivery_id = deliver(webhook, record("A1"))
    tasks.send_receipts(source_id)
    db.session.execute(text("UPDATE deliveries SET state = 'accepted', staged = 0, settled = 0"))
    db.session.commit()
    tasks.apply_delivery(delivery_id)
    tasks.send_receipts(source_id)
    ids = [headers["webhook-id"] for headers, _ in receipts.received]
    assert ids == [f"receipt_{delivery_id}_1", f"receipt_{delivery_id}_2"]
    assert db.session.get_one(Delivery, delivery_id).state == "done"


def test_pauses_grow_over_three_days_and_end() -> None:
    assert list(PAUSES) == sorted(PAUSES) and 2 * 86_400 < sum(PAUSES) < 4 * 86_400
    for attempt, pause in enumerate(PAUSES, start=1):
        assert 0.8 * pause <= (receipt_pause(attempt) or 0) <= 1.2 * pause
    assert receipt_pause(len(PAUSES) + 1) is None
    assert receipt_pause(1, retry_after=600) == 600
