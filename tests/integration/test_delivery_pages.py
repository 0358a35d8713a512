"""The log of a source's deliveries, the page of one, and what people do there."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.deliveries import (
    make_delivery,
    make_delivery_job,
    make_replay,
    make_webhook,
    record,
)
from tests.people import log_in, make_admin, make_agency, make_user
from tests.statements import counted_statements
from webapp.extensions import db
from webapp.models import (
    Delivery,
    DeliveryRequest,
    DeliveryState,
    OfferProblem,
    OfferRevision,
    Receipt,
    Replay,
    RevisionKind,
    Role,
    Webhook,
    utc_now,
)

Db = scoped_session[Session]
HTMX = {"HX-Request": "true"}
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def webhook(session: Db, valkey: Redis) -> Webhook:
    source = factories.make_source(make_agency("Costa Serena Homes"), "Lirio CRM")
    made = make_webhook(source)
    db.session.commit()
    return made


@pytest.fixture
def agent(client: FlaskClient, webhook: Webhook) -> FlaskClient:
    log_in(client, make_user("una@l.example", "Una Prado", agency=webhook.source.agency))
    return client


def done(webhook: Webhook, **changes: object) -> Delivery:
    counted = {"staged": 1, "settled": 1, "created": 1, "staged_at": utc_now()}
    given = {"state": DeliveryState.DONE, "finished_at": utc_now(), **counted, **changes}
    return make_delivery(webhook, record("A1"), **given)


def refused(webhook: Webhook, cause: str = "wrong_signature", **changes: object) -> Delivery:
    given = {"state": DeliveryState.REFUSED, "cause": cause, "http_status": 401} | changes
    return make_delivery(webhook, record("A1"), message_key=None, finished_at=utc_now(), **given)


def log_of(client: FlaskClient, webhook: Webhook, query: str = "") -> str:
    db.session.commit()
    answer = client.get(f"/sources/{webhook.source_id}/deliveries{query}")
    assert answer.status_code == 200
    return answer.text


def shown(html: str) -> list[int]:
    return [int(part.partition(chr(34))[0]) for part in html.split('id="delivery-')[1:]]


def page_of(client: FlaskClient, delivery: Delivery) -> str:
    db.session.commit()
    answer = client.get(f"/deliveries/{delivery.id}")
    assert answer.status_code == 200
    return answer.text


def test_the_log_is_newest_first_with_cause_and_what_to_do(
    agent: FlaskClient, webhook: Webhook
) -> None:
    first, second = done(webhook), refused(webhook)
    html = log_of(agent, webhook)
    assert shown(html) == [second.id, first.id]
    assert "The signature or key doesn’t match." in html
    assert "give them the secret that is in force" in html


def test_only_a_source_with_a_webhook_has_the_tab(agent: FlaskClient, webhook: Webhook) -> None:
    other = factories.make_source(webhook.source.agency, "Faro Export")
    db.session.commit()
    assert "/deliveries" in agent.get(f"/sources/{webhook.source_id}").text
    assert "/deliveries" not in agent.get(f"/sources/{other.id}").text


def test_the_log_is_filtered_by_state_cause_time_and_id(
    agent: FlaskClient, webhook: Webhook
) -> None:
    old = done(webhook, received_at=utc_now() - timedelta(days=2), message_key="id:msg_17")
    late = refused(webhook, "too_old")
    wrong = refused(webhook)
    unreadable = make_delivery(
        webhook, b"{", state=DeliveryState.UNREADABLE, cause="not_json", finished_at=utc_now()
    )
    big = make_delivery(
        webhook,
        b"{}",
        state=DeliveryState.UNREADABLE,
        cause="too_large_unpacked",
        finished_at=utc_now(),
    )
    waiting = make_delivery(webhook, record("A9"), state=DeliveryState.WAITING)
    make_delivery_job(old, "A1")
    for query, expected in {
        "?state=refused": [wrong, late],
        "?state=unreadable": [big, unreadable],
        "?state=waiting": [waiting],
        "?state=done": [old],
        "?cause=too_old": [late],
        "?cause=too_old&state=done": [],
        "?period=day": [waiting, big, unreadable, wrong, late],
        "?search=msg_17": [old],
        "?search=A1": [old],
        f"?search={late.id}": [late],
        "?search=%00": [waiting, big, unreadable, wrong, late, old],
        "?state=nonsense&search=99999999999999999999": [],
    }.items():
        assert shown(log_of(agent, webhook, query)) == [one.id for one in expected], query
    assert "Clear the filters" in log_of(agent, webhook, "?search=nothing")


def test_the_log_is_paged_by_id_there_and_back(agent: FlaskClient, webhook: Webhook) -> None:
    ids = [done(webhook).id for _ in range(60)]
    first = log_of(agent, webhook)
    assert shown(first) == ids[:9:-1]
    second = log_of(agent, webhook, f"?before={ids[10]}")
    assert shown(second) == ids[9::-1]
    assert shown(log_of(agent, webhook, f"?after={ids[9]}")) == ids[:9:-1]
    assert f"before={ids[10]}" in first and f"after={ids[9]}" in second


def test_a_page_of_the_log_takes_the_same_statements_however_many_there_are(
    app: Flask, agent: FlaskClient, webhook: Webhook
) -> None:
    def statements() -> int:
        log_of(agent, webhook)
        with counted_statements(app) as counted:
            agent.get(f"/sources/{webhook.source_id}/deliveries")
        return len(counted)

    done(webhook)
    few = statements()
    for _ in range(20):
        refused(webhook)
        done(webhook)
    assert statements() == few


def test_the_page_shows_verdict_request_body_records_and_times(
    agent: FlaskClient, webhook: Webhook
) -> None:
    delivery = done(
        webhook, rejected=1, staged=2, settled=2, cause="offers_refused", repeats=2,
        repeated_at=utc_now(), message_key="id:msg_1",
    )  # fmt: skip
    make_delivery_job(delivery, "A1", outcome="updated")
    failed = make_delivery_job(
        delivery, "A2", "rejected", position=2, error_code="missing_price",
        error_message="There is no price.",
    )  # fmt: skip
    db.session.add(
        OfferProblem(
            source_id=webhook.source_id, delivery_id=delivery.id, job_id=failed.id,
            external_id="A2", position=2, code="missing_price", severity="error", field="deals",
            raw="", message="The record of A2 has no price.",
        )
    )  # fmt: skip
    db.session.add(Receipt(delivery_id=delivery.id, state="failed", error="It answered 500."))
    html = page_of(agent, delivery)
    for words in (
        "Done, some refused", "Not every record could be used.", "Lirio/2.1", "203.0.113.7",
        "msg_1", "2 times, last", "The record of A2 has no price.", "Not taken",
        "It answered 500.", f"/deliveries/{delivery.id}/records/{failed.id}/retry",
    ):  # fmt: skip
        assert words in html, words
    assert "&#34;price&#34;: 100000" in html


def test_hostile_text_is_shown_as_text(agent: FlaskClient, webhook: Webhook) -> None:
    delivery = make_delivery(
        webhook, HOSTILE.encode(), state=DeliveryState.UNREADABLE, cause="not_json",
        cause_detail=HOSTILE, finished_at=utc_now(), message_key=f"id:{HOSTILE}",
    )  # fmt: skip
    sent = db.session.get_one(DeliveryRequest, delivery.id)
    sent.headers = {HOSTILE: HOSTILE}
    make_delivery_job(delivery, HOSTILE)
    for html in (page_of(agent, delivery), log_of(agent, webhook)):
        assert HOSTILE not in html
        assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("content_type", "content", "expected"),
    [
        ("application/xml", b"<a><b>1</b></a>", "&lt;a&gt;\n  &lt;b&gt;1&lt;/b&gt;\n&lt;/a&gt;"),
        ("application/xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
         "&amp;x;"),
        ("application/json", b'{"a": [1', "{&#34;a&#34;: [1"),
        ("text/plain", b"\xff\xfe\x00", "\ufffd"),
    ],
)  # fmt: skip
def test_a_body_is_shown_for_reading_and_nothing_in_it_is_followed(
    agent: FlaskClient, webhook: Webhook, content_type: str, content: bytes, expected: str
) -> None:
    delivery = make_delivery(webhook, content, content_type=content_type)
    html = page_of(agent, delivery)
    assert expected in html
    assert "root:" not in html


def test_a_long_body_is_cut_on_the_page_and_whole_in_the_file(
    agent: FlaskClient, webhook: Webhook
) -> None:
    content = b'{"id": "A1", "text": "' + b"x" * 200_000 + b'"}'
    delivery = make_delivery(webhook, content)
    assert "Cut here" in page_of(agent, delivery)
    answer = agent.get(f"/deliveries/{delivery.id}/body")
    assert answer.data == content
    assert answer.mimetype == "application/octet-stream"
    assert f"delivery-{delivery.id}.json" in answer.headers["Content-Disposition"]


def test_a_conflict_leads_to_the_delivery_that_came_first_and_back(
    agent: FlaskClient, webhook: Webhook
) -> None:
    first = done(webhook)
    second = refused(webhook, "conflict", cause_detail=str(first.id), http_status=409)
    assert f"/deliveries/{first.id}" in page_of(agent, second)
    assert f"/deliveries/{second.id}" in page_of(agent, first)


def test_a_record_of_a_delivery_is_retried_and_the_delivery_counts_it_no_more(
    agent: FlaskClient, webhook: Webhook
) -> None:
    delivery = done(webhook, created=0, rejected=1, cause="offers_refused")
    job = make_delivery_job(delivery, "A1", "rejected", error_code="missing_price")
    db.session.commit()
    address = f"/deliveries/{delivery.id}/records/{job.id}"
    assert agent.get(address).status_code == 200
    assert agent.post(f"{address}/retry").location.endswith(address)
    db.session.expire_all()
    assert (job.state, delivery.state, delivery.rejected) == ("queued", "staged", 0)
    assert agent.get(f"/deliveries/{delivery.id}/records/{2**63}").status_code == 404


def test_the_page_of_an_offer_leads_to_the_deliveries_that_made_it(
    agent: FlaskClient, webhook: Webhook
) -> None:
    delivery = done(webhook)
    job = make_delivery_job(delivery, "A1", "rejected", error_code="missing_price")
    offer = factories.make_offer(webhook.source, "A1", job_id=job.id, sync_status="rejected")
    db.session.add(
        OfferRevision(
            offer_id=offer.id, delivery_id=delivery.id, kind=RevisionKind.CREATED, at=utc_now()
        )
    )
    db.session.add(
        OfferProblem(
            source_id=webhook.source_id, delivery_id=delivery.id, external_id="A0", position=1,
            code="missing_price", severity="error", field="deals", raw="", message="No price.",
        )
    )  # fmt: skip
    db.session.commit()
    html = agent.get(f"/offers/{offer.id}").text
    assert f'href="/deliveries/{delivery.id}"' in html
    assert f'href="/deliveries/{delivery.id}/records/{job.id}"' in html
    assert f'action="/deliveries/{delivery.id}/records/{job.id}/retry"' in html
    problems = agent.get(f"/sources/{webhook.source_id}/problems").text
    assert f'href="/deliveries/{delivery.id}"' in problems


def test_a_replay_is_counted_first_and_then_shows_how_far_it_is(
    agent: FlaskClient, webhook: Webhook
) -> None:
    long_ago = utc_now() - timedelta(minutes=5)
    for _ in range(3):
        done(webhook, finished_at=long_ago)
    refused(webhook)
    db.session.commit()
    asked = agent.get(f"/sources/{webhook.source_id}/replay").text
    assert "Replay 3 deliveries?" in asked
    after_question = done(webhook, finished_at=long_ago)
    db.session.commit()
    last = after_question.id - 1
    answer = agent.post(f"/sources/{webhook.source_id}/replay", data={"last": last})
    replay = db.session.scalars(select(Replay)).one()
    assert answer.location.endswith(f"/replays/{replay.id}")
    assert replay.wanted == 3
    live = agent.get(f"/replays/{replay.id}/progress", headers=HTMX)
    assert "0 of 3" in live.text and "every 1s" in live.text
    again = agent.post(f"/sources/{webhook.source_id}/replay", data={"last": last})
    assert again.location.endswith(f"/replays/{replay.id}")
    assert db.session.scalar(select(func.count(Replay.id))) == 1
    assert agent.get(f"/replays/{replay.id}/cancel").status_code == 200
    agent.post(f"/replays/{replay.id}/cancel")
    assert agent.get(f"/replays/{replay.id}/progress", headers=HTMX).status_code == 286


def test_one_delivery_is_replayed_from_its_page(agent: FlaskClient, webhook: Webhook) -> None:
    delivery = done(webhook, finished_at=utc_now() - timedelta(minutes=5))
    other = done(webhook, finished_at=utc_now() - timedelta(minutes=5))
    assert f'action="/deliveries/{delivery.id}/replay"' in page_of(agent, delivery)
    agent.post(f"/deliveries/{delivery.id}/replay")
    db.session.expire_all()
    assert delivery.replay_id is not None and other.replay_id is None


def test_a_refused_delivery_offers_no_replay(agent: FlaskClient, webhook: Webhook) -> None:
    delivery = refused(webhook)
    html = page_of(agent, delivery)
    assert "/replay" not in html
    assert "Nothing of it was used." in html
    answer = agent.post(f"/deliveries/{delivery.id}/replay")
    assert answer.location.endswith("/deliveries")
    assert db.session.scalar(select(func.count(Replay.id))) == 0


def test_a_refused_delivery_is_accepted_after_a_question_that_counts(
    agent: FlaskClient, webhook: Webhook
) -> None:
    delivery = refused(webhook)
    address = f"/deliveries/{delivery.id}/accept"
    assert f'href="{address}"' in page_of(agent, delivery)
    question = agent.get(address).text
    for words in ("Nothing proves who sent it", "1 record", "203.0.113.7", "doesn’t match"):
        assert words in question, words
    assert delivery.state == "refused"
    for _ in range(2):
        assert agent.post(address).location.endswith(f"/deliveries/{delivery.id}")
    html = page_of(agent, delivery)
    assert "by Una Prado" in html and "It had been refused: The signature" in html
    assert address not in html
    activity = agent.get(f"/sources/{webhook.source_id}/activity").text
    assert activity.count(f"Accepted delivery {delivery.id}") == 1


def test_the_question_says_what_of_the_body_would_be_of_no_use(
    agent: FlaskClient, webhook: Webhook
) -> None:
    mixed = make_delivery(
        webhook, [record("A1"), {"price": 5}], state=DeliveryState.REFUSED, cause="paused",
        finished_at=utc_now(), message_key=None, http_status=503,
    )  # fmt: skip
    unreadable = make_delivery(
        webhook, b"{", state=DeliveryState.REFUSED, cause="paused", finished_at=utc_now(),
        message_key=None, http_status=503,
    )  # fmt: skip
    db.session.commit()
    question = agent.get(f"/deliveries/{mixed.id}/accept").text
    assert "2 records; would be refused: 1" in question
    assert "Nothing proves" not in question
    assert "nothing that can be read" in agent.get(f"/deliveries/{unreadable.id}/accept").text


def test_a_refused_delivery_without_its_whole_body_can_only_come_again(
    agent: FlaskClient, webhook: Webhook
) -> None:
    delivery = refused(webhook, "too_large", bytes=9_000_000)
    html = page_of(agent, delivery)
    assert "the vendor has to send it again" in html and "/accept" not in html
    agent.post(f"/deliveries/{delivery.id}/accept")
    assert "nothing to accept here" in page_of(agent, delivery)
    assert delivery.state == "refused"


def test_a_viewer_sees_the_log_and_no_buttons(client: FlaskClient, webhook: Webhook) -> None:
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, webhook.source.agency))
    delivery = done(webhook)
    make_replay(webhook, wanted=2)
    assert "Replay all" not in log_of(client, webhook)
    assert "ask-replay" not in page_of(client, delivery)


def test_a_source_that_is_being_set_up_has_a_log_too(agent: FlaskClient, webhook: Webhook) -> None:
    webhook.source.status = "setup"
    delivery = make_delivery(webhook, record("A1"), state=DeliveryState.WAITING)
    assert shown(log_of(agent, webhook)) == [delivery.id]
    assert "as soon as the source is active" in page_of(agent, delivery)


def test_a_fault_behind_a_delivery_that_is_not_done_is_shown_to_admins_only(
    client: FlaskClient, webhook: Webhook
) -> None:
    factories.make_fault(webhook.source, code="split_failed")
    fine = done(webhook)
    stuck = make_delivery(webhook, record("A2"), state=DeliveryState.UNREADABLE)
    stuck.cause, stuck.finished_at = "worker_died", None
    db.session.commit()
    log_in(client, make_user("una@l.example", "Una Prado", agency=webhook.source.agency))
    assert "ZeroDivisionError" not in client.get(f"/deliveries/{stuck.id}").text
    log_in(client, make_admin())
    assert "ZeroDivisionError" in client.get(f"/deliveries/{stuck.id}").text
    assert "ZeroDivisionError" not in client.get(f"/deliveries/{fine.id}").text
