"""A refused delivery is accepted after all on a person's word: once, in its own place in time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.deliveries import make_delivery, record
from tests.integration.deliveries.delivery_steps import deliver, prices, verdict, work_offers
from tests.people import make_user
from webapp.extensions import db
from webapp.models import (
    Admission,
    AuditEntry,
    Delivery,
    DeliveryRequest,
    DeliveryState,
    SourceStatus,
    User,
    Webhook,
    utc_now,
)
from webapp.services.admissions import SameMessageAccepted, admit_delivery, is_admissible


@pytest.fixture
def agent(webhook: Webhook) -> User:
    return make_user("una@l.example", "Una Prado", agency=webhook.source.agency)


def refused(webhook: Webhook, content: Any, cause: str = "no_secret", **changes: Any) -> Delivery:
    given = {"http_status": 401, "finished_at": utc_now(), "message_key": None} | changes
    state = DeliveryState.REFUSED
    return make_delivery(webhook, content, state=state, cause=cause, **given)


def request_of(delivery: Delivery) -> DeliveryRequest:
    return db.session.get_one(DeliveryRequest, delivery.id)


def admit(delivery: Delivery, person: User) -> bool:
    done = admit_delivery(delivery, request_of(delivery), person)
    db.session.commit()
    return done


def test_what_came_before_its_secret_was_known_becomes_an_offer(
    webhook: Webhook, agent: User
) -> None:
    delivery = refused(webhook, record("A1"))
    assert admit(delivery, agent)
    work_offers()
    assert verdict(delivery) == {"state": "done", "staged": 1, "settled": 1, "created": 1}
    assert prices(webhook) == {"A1": 100_000}
    admission = db.session.get_one(Admission, delivery.id)
    assert (admission.person, admission.refused_for) == (agent, "no_secret")


def test_accepting_twice_does_nothing_more(webhook: Webhook, agent: User) -> None:
    delivery = refused(webhook, record("A1"))
    assert [admit(delivery, agent) for _ in range(2)] == [True, False]
    work_offers()
    assert not admit(delivery, agent)
    assert verdict(delivery)["created"] == 1
    entries = db.session.scalars(select(AuditEntry)).all()
    assert [(entry.action, entry.detail) for entry in entries] == [
        ("delivery_admitted", {"delivery": delivery.id, "cause": "no_secret"})
    ]


def test_what_came_later_stays_newer(webhook: Webhook, agent: User) -> None:
    early = refused(webhook, record("A1", price=1))
    deliver(make_delivery(webhook, record("A1", price=2)))
    admit(early, agent)
    work_offers()
    assert verdict(early)["superseded"] == 1
    assert prices(webhook) == {"A1": 2}


def test_while_the_source_is_paused_it_waits(webhook: Webhook, agent: User) -> None:
    webhook.source.status = SourceStatus.PAUSED
    delivery = refused(webhook, record("A1"), "paused", http_status=503)
    admit(delivery, agent)
    work_offers()
    assert verdict(delivery) == {"state": "waiting"}


def test_a_message_that_came_again_and_was_accepted_is_not_used_twice(
    webhook: Webhook, agent: User
) -> None:
    early = refused(webhook, record("A1"))
    admit(early, agent)
    late = refused(webhook, record("A1"))
    with pytest.raises(SameMessageAccepted) as told:
        admit(late, agent)
    db.session.rollback()
    assert told.value.delivery_id == early.id


def test_a_conflict_is_told_by_its_body_once_it_is_accepted(webhook: Webhook, agent: User) -> None:
    webhook.settings = {**webhook.settings, "message_id_header": "X-Message"}
    first = refused(webhook, record("A1"))
    second = refused(webhook, record("A2"), "conflict", http_status=409)
    for delivery in (first, second):
        request_of(delivery).headers = {"x-message": "m1"}
        admit(delivery, agent)
    assert first.message_key == "id:m1"
    assert second.message_key is not None and second.message_key.startswith("body:")
    work_offers()
    assert prices(webhook) == {"A1": 100_000, "A2": 100_000}


def test_a_body_that_was_not_kept_whole_is_not_admissible(webhook: Webhook) -> None:
    cut = refused(webhook, b'{"id": ', bytes=20_000)
    unread = refused(webhook, b"", "too_large", bytes=9_000_000)
    empty = refused(webhook, b"", "wrong_method", bytes=0)
    long_done = make_delivery(
        webhook, record("A1"), state=DeliveryState.DONE, finished_at=utc_now() - timedelta(days=1)
    )
    whole = refused(webhook, record("A1"))
    ones = (cut, unread, empty, long_done, whole)
    admissible = [is_admissible(one, request_of(one)) for one in ones]
    assert admissible == [False, False, False, False, True]
