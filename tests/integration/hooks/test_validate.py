"""The trial of the door: it verifies like the door, and stores nothing."""

import orjson
import pytest
from sqlalchemy import func, select

from tests.deliveries import record
from tests.integration.hooks.conftest import Send
from webapp.extensions import db
from webapp.hooks.checks import MOST_BYTES
from webapp.models import Delivery, Offer, OfferJob, Webhook


@pytest.fixture
def address(webhook: Webhook) -> str:
    return f"/hooks/{webhook.public_id}/validate"


def stored() -> int:
    """Rows of everything that a delivery would leave."""
    db.session.rollback()
    counted = (select(func.count()).select_from(model) for model in (Delivery, Offer, OfferJob))
    return sum(db.session.scalar(count) or 0 for count in counted)


def test_each_record_is_answered_and_nothing_is_stored(send: Send, address: str) -> None:
    body = orjson.dumps([record("A1"), record("A2", price="much"), {"price": 5}])
    answer = send(body, path=address)
    assert answer.status_code == 200
    said = answer.get_json()
    assert [one["outcome"] for one in said["results"]] == ["created", "created", "refused"]
    assert said["results"][1]["problems"][0]["code"] == "bad_number"
    assert said["results"][2]["external_id"] is None
    assert stored() == 0


def test_what_cannot_be_read_is_422_with_its_cause(send: Send, address: str) -> None:
    answer = send(b'[{"id": ', path=address)
    assert answer.status_code == 422
    assert answer.get_json()["cause"] == "not_json"


@pytest.mark.parametrize("key", [None, "another key"])
def test_a_stranger_is_refused_as_by_the_door(send: Send, address: str, key: str | None) -> None:
    refused = send(path=address, headers={"X-Api-Key": key})
    by_the_door = send(headers={"X-Api-Key": key})
    assert refused.status_code == 401
    assert refused.get_json() == by_the_door.get_json()


def test_a_refused_trial_leaves_no_trace(send: Send, address: str) -> None:
    send(path=address, headers={"X-Api-Key": "another key"})
    assert stored() == 0


def test_an_unknown_webhook_is_answered_like_a_wrong_key(send: Send, address: str) -> None:
    unknown = send(path="/hooks/nobody/validate")
    wrong = send(path=address, headers={"X-Api-Key": "another key"})
    assert (unknown.status_code, unknown.get_json()) == (wrong.status_code, wrong.get_json())


def test_a_trial_takes_smaller_bodies_than_the_door(send: Send, address: str) -> None:
    answer = send(b"[" + b" " * MOST_BYTES + b"]", path=address)
    assert answer.status_code == 413
    assert "message" in answer.get_json()


def test_a_trial_counts_against_the_limit(send: Send, address: str, webhook: Webhook) -> None:
    webhook.settings = webhook.settings | {"rate_per_minute": 1}
    db.session.commit()
    statuses = [send(path=address).status_code for _ in range(3)]
    # A minute may end in between.
    assert statuses.count(429) >= 1


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe", b"[[[[", b"<a><b></a>", b"{}", b"null", b"a=b"]
)
def test_no_body_is_an_error_of_ours(send: Send, address: str, body: bytes) -> None:
    for kind in ("application/json", "application/xml", "application/x-www-form-urlencoded"):
        answer = send(body, path=address, headers={"Content-Type": kind})
        assert answer.status_code in (200, 422), kind
