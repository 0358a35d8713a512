"""The vendors' door: what comes in is durable before it is acknowledged, once; what doesn't come in
is kept with its cause, and told no more than it should be."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import orjson
import pytest
import zstandard
from conftest import SECRET, Send
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import event, text

from jobs import tasks
from tests.deliveries import record
from webapp import create_app, queues
from webapp.extensions import db
from webapp.hooks.limits import MOST_REFUSALS_KEPT
from webapp.models import Delivery, DeliveryRequest, DeliveryState, Offer, SourceStatus, Webhook

UNKNOWN = "/hooks/nobody-has-this-id"


def deliveries() -> list[Delivery]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.query(Delivery).order_by(Delivery.id))


def rung() -> list[int]:
    return queues.ids_named(queues.APPLY_DELIVERY, queues.queue(queues.OFFERS_LIVE).job_ids)


def set_up(webhook: Webhook, **settings: Any) -> None:
    webhook.settings = {**webhook.settings, **settings}
    db.session.commit()


def test_a_delivery_is_kept_rung_for_and_answered_with_its_number(send: Send) -> None:
    answer = send(b'{"id": "A1"}', headers={"X-Extra": "yes"}, query_string="api_key=s3cret&a=1")
    [delivery] = deliveries()
    assert answer.status_code == 202
    assert answer.json == {"delivery": delivery.id, "status": "accepted"}
    assert rung() == [delivery.id]
    assert (delivery.state, delivery.http_status, delivery.bytes) == ("accepted", 202, 12)
    kept = db.session.get_one(DeliveryRequest, delivery.id)
    assert zstandard.decompress(kept.body) == b'{"id": "A1"}'
    assert (kept.headers["X-Api-Key"], kept.headers["X-Extra"]) == ("***", "yes")
    assert "s3cret" not in str(kept.headers) and "a=1" in kept.headers["(query)"]


def test_what_came_through_the_door_becomes_an_offer(send: Send) -> None:
    answer = send(b'{"id": "A1", "price": 100000, "town": "Puerto Lirio"}')
    assert answer.json is not None
    tasks.apply_delivery(answer.json["delivery"])
    [offer] = db.session.query(Offer)
    assert (offer.external_id, offer.city) == ("A1", "Puerto Lirio")
    assert deliveries()[0].state == DeliveryState.DONE


def test_a_form_with_a_file_becomes_an_offer(client: FlaskClient, webhook: Webhook) -> None:
    feed = (io.BytesIO(b'{"id": "A1", "price": 100000, "town": "Puerto Lirio"}'), "feed.json")
    answer = client.post(
        f"/hooks/{webhook.public_id}",
        data={"feed": feed, "id": "A2"},
        headers={"X-Api-Key": SECRET},
    )
    assert answer.status_code == 202 and answer.json is not None
    tasks.apply_delivery(answer.json["delivery"])
    [offer] = db.session.query(Offer)
    assert (offer.external_id, offer.city) == ("A1", "Puerto Lirio")


def test_the_same_message_again_is_answered_with_the_first_ones_number(send: Send) -> None:
    first = send(b'{"id": "A1"}')
    again = send(b'{"id": "A1"}')
    assert again.status_code == 200 and first.json is not None
    assert again.json == {"delivery": first.json["delivery"], "status": "repeated"}
    [delivery] = deliveries()
    assert delivery.repeats == 1 and delivery.repeated_at is not None
    assert rung() == [delivery.id]


def test_a_message_id_with_another_body_is_a_conflict_that_one_can_see(
    send: Send, webhook: Webhook
) -> None:
    set_up(webhook, message_id_header="X-Message")
    first = send(b'{"id": "A1"}', headers={"X-Message": "m1"})
    answer = send(b'{"id": "A2"}', headers={"X-Message": "m1"})
    assert answer.status_code == 409
    kept, conflict = deliveries()
    assert first.json is not None and first.json["delivery"] == kept.id
    assert (conflict.state, conflict.cause, conflict.cause_detail) == (
        "refused", "conflict", str(kept.id),
    )  # fmt: skip
    assert kept.repeats == 0


def test_many_at_once_with_one_message_id_are_one_delivery(app: Flask, webhook: Webhook) -> None:
    set_up(webhook, message_id_header="X-Message")
    address = f"/hooks/{webhook.public_id}"

    def post(_: int) -> int:
        with app.test_client() as client:
            headers = {"X-Api-Key": SECRET, "X-Message": "m1"}
            return client.post(address, data=b'{"id": "A1"}', headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(post, range(40)))
    assert answers == [200] * 39 + [202]
    [delivery] = deliveries()
    assert delivery.repeats == 39


@pytest.mark.parametrize(
    ("changes", "status", "cause"),
    [
        ({"headers": {"X-Api-Key": None}}, 401, "missing_signature"),
        ({"headers": {"X-Api-Key": "wrong"}}, 401, "wrong_signature"),
        ({"method": "GET"}, 405, "wrong_method"),
        ({"method": "DELETE"}, 405, "wrong_method"),
        ({"headers": {"Content-Type": "image/png"}}, 415, "wrong_type"),
        ({"body": b"x" * 2_000}, 413, "too_large"),
    ],
)
def test_what_is_refused_is_kept_with_its_cause(
    send: Send, webhook: Webhook, changes: dict[str, Any], status: int, cause: str
) -> None:
    set_up(webhook, max_bytes=1_024)
    answer = send(**changes)
    assert answer.status_code == status
    assert answer.json is not None and answer.json["what_to_do"]
    [refused] = deliveries()
    assert (refused.state, refused.cause, refused.http_status) == ("refused", cause, status)
    assert refused.finished_at is not None and refused.message_key is None
    assert rung() == []
    assert status != 405 or answer.headers["Allow"] == "POST"


def test_a_body_without_a_length_is_measured_as_it_comes(app: Flask, webhook: Webhook) -> None:
    set_up(webhook, max_bytes=1_024)

    with app.test_client() as client:
        answer = client.post(
            f"/hooks/{webhook.public_id}",
            input_stream=io.BytesIO(b"x" * 10_000),
            headers={"X-Api-Key": SECRET, "Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )
    assert answer.status_code == 413


def test_a_webhook_that_is_not_there_answers_like_a_wrong_key(send: Send) -> None:
    wrong = send(headers={"X-Api-Key": "wrong"})
    unknown = send(path=UNKNOWN)
    assert (unknown.status_code, unknown.data) == (wrong.status_code, wrong.data)
    for answer in (wrong, unknown):
        del answer.headers["X-Request-ID"]
    assert dict(unknown.headers) == dict(wrong.headers)
    for method in ("GET", "PUT"):
        assert send(path=UNKNOWN, method=method).data == send(method=method).data


def test_a_webhook_that_is_not_there_is_as_much_work_as_a_wrong_key(send: Send, app: Flask) -> None:
    def work(**changes: Any) -> tuple[int, int]:
        statements: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        def commit(_: Any) -> None:
            statements.append("COMMIT")

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        event.listen(engine, "commit", commit)
        try:
            send(**changes)
        finally:
            event.remove(engine, "before_cursor_execute", note)
            event.remove(engine, "commit", commit)
        return len(statements), statements.count("COMMIT")

    assert work(path=UNKNOWN) == work(headers={"X-Api-Key": "wrong"})


def test_of_a_flood_of_refused_requests_the_first_ones_are_kept(send: Send) -> None:
    for _ in range(MOST_REFUSALS_KEPT + 5):
        assert send(headers={"X-Api-Key": "wrong"}).status_code == 401
    # A minute may have ended in between.
    assert MOST_REFUSALS_KEPT <= len(deliveries()) <= MOST_REFUSALS_KEPT + 5


def test_an_endless_id_takes_no_more_of_valkey_than_any(send: Send, valkey: Redis) -> None:
    assert send(path="/hooks/" + "x" * 4_000).status_code == 401
    names = [name.decode() for name in valkey.scan_iter("offerdock:refused:*")]
    assert names and max(map(len, names)) < 80


def test_a_closed_door_keeps_nothing_of_strangers_and_lets_the_vendor_in(
    send: Send, webhook: Webhook
) -> None:
    db.session.execute(text("UPDATE webhooks SET closed_until = now() + interval '1 minute'"))
    db.session.commit()
    assert send(headers={"X-Api-Key": "wrong"}).status_code == 401
    assert deliveries() == []
    assert send().status_code == 202


def test_more_than_the_rate_is_turned_away_until_the_next_minute(
    send: Send, webhook: Webhook
) -> None:
    set_up(webhook, rate_per_minute=3)
    answers = [send(b'{"id": "A%d"}' % number) for number in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 2, "eight within two minutes at most"
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60


@pytest.mark.parametrize("status", [SourceStatus.PAUSED, SourceStatus.SETUP])
def test_while_a_source_rests_its_deliveries_wait(
    send: Send, webhook: Webhook, status: SourceStatus
) -> None:
    webhook.source.status = status
    db.session.commit()
    assert send().status_code == 202
    [delivery] = deliveries()
    assert (delivery.state, delivery.finished_at) == ("waiting", None)
    assert rung() == []


def test_a_paused_source_refuses_where_that_is_wanted(send: Send, webhook: Webhook) -> None:
    set_up(webhook, paused_answer="refuse")
    webhook.source.status = SourceStatus.PAUSED
    db.session.commit()
    answer = send()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
    assert [one.cause for one in deliveries()] == ["paused"]


def test_without_valkey_deliveries_are_kept_all_the_same(
    send: Send, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=1)
    monkeypatch.setitem(app.extensions, "valkey", away)
    assert send().status_code == 202
    assert [one.state for one in deliveries()] == ["accepted"]


def test_without_postgresql_a_vendor_is_asked_to_come_again(config: Any) -> None:
    away = create_app(replace(config, database_url="postgresql+psycopg://x@127.0.0.1:1/none"))
    with away.test_client() as client:
        answer = client.post("/hooks/whatever", data=b"{}", headers={"X-Api-Key": SECRET})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json is not None and answer.json["error"] == "unavailable"


def test_no_session_token_or_origin_is_asked_for(send: Send) -> None:
    answer = send(headers={"Origin": "https://vendor.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 202
    assert "Set-Cookie" not in answer.headers


def test_a_body_that_nobody_can_read_is_accepted_and_told_afterwards(send: Send) -> None:
    answer = send(b"\xff\xfe{nonsense")
    assert answer.status_code == 202 and answer.json is not None
    tasks.apply_delivery(answer.json["delivery"])
    [delivery] = deliveries()
    assert delivery.state == DeliveryState.UNREADABLE
    assert delivery.cause and delivery.cause_detail


def test_several_records_in_one_body_are_several_offers(send: Send) -> None:
    answer = send(orjson.dumps([record("A1"), record("A2"), record("A3")]))
    assert answer.json is not None
    tasks.apply_delivery(answer.json["delivery"])
    assert deliveries()[0].created == 3
