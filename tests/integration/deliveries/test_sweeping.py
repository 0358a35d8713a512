"""No accepted delivery is lost: not by Valkey, nor by dead workers, nor while a source waits."""

from sqlalchemy import select, text

from jobs.deliveries.split import MOST_ATTEMPTS
from jobs.sweep_deliveries import sweep_deliveries
from tests.deliveries import make_delivery, record
from tests.integration.deliveries.delivery_steps import (
    deliver,
    kept_objects,
    prices,
    ring,
    verdict,
    work_offers,
)
from webapp import queues
from webapp.extensions import db
from webapp.models import (
    DeliveryState,
    Issue,
    Receipt,
    ReceiptState,
    SourceStatus,
    Webhook,
    utc_now,
)
from webapp.services.sources import pause_source, resume_source


def sql(statement: str) -> None:
    db.session.execute(text(statement))
    db.session.commit()


def age() -> None:
    """A minute goes by for all deliveries."""
    sql(
        "UPDATE deliveries SET received_at = received_at - interval '1 min',"
        " due_at = due_at - interval '1 min', lease_until = lease_until - interval '1 min'"
    )


def sweep_and_work() -> None:
    with kept_objects():
        sweep_deliveries()
    work_offers()


def test_what_valkey_forgot_is_brought_back_together(webhook: Webhook) -> None:
    deliveries = [make_delivery(webhook, record(f"A{number}")) for number in range(3)]
    ring(*deliveries)
    queues.valkey().flushdb()
    sweep_and_work()
    # Young ones may be in a worker's hands.
    assert prices(webhook) == {}
    age()
    sweep_and_work()
    assert set(prices(webhook)) == {"A0", "A1", "A2"}
    assert {delivery.due_at for delivery in deliveries} == {None}


def test_what_waits_in_the_queue_is_left_alone(webhook: Webhook) -> None:
    delivery = make_delivery(webhook, record("A1"))
    ring(delivery)
    age()
    sweep_deliveries()
    assert queues.queue(queues.OFFERS_LIVE).job_ids == [f"delivery-{delivery.id}"]
    assert delivery.fence == 0


def test_a_delivery_that_kills_its_workers_ends_and_the_others_do_not(webhook: Webhook) -> None:
    killer = make_delivery(webhook, record("A1"))
    innocent = make_delivery(webhook, record("A2"))
    db.session.commit()
    # Two workers take both off the queue and die.
    for _ in range(2):
        age()
        sweep_deliveries()
        queues.valkey().flushdb()
    # From then on each is split alone; only the killer meets its end.
    for _ in range(MOST_ATTEMPTS):
        sql(f"UPDATE deliveries SET attempt = attempt + 1 WHERE id = {killer.id}")
    age()
    sweep_and_work()
    assert verdict(killer) == {"state": "unreadable", "cause": "worker_died"}
    assert verdict(innocent) == {"state": "done", "staged": 1, "settled": 1, "created": 1}


def test_a_fault_in_one_delivery_stops_no_other(webhook: Webhook) -> None:
    bad, good = make_delivery(webhook, record("A1")), make_delivery(webhook, record("A2"))
    # Nothing that we would ever store.
    sql(f"UPDATE delivery_requests SET body = 'damaged' WHERE delivery_id = {bad.id}")
    deliver(bad, good)
    assert verdict(bad) == {"state": "accepted"}
    assert set(prices(webhook)) == {"A2"}
    for _ in range(MOST_ATTEMPTS + 1):
        age()
        sweep_and_work()
    assert verdict(bad) == {"state": "unreadable", "cause": "worker_died"}


def test_what_the_database_refuses_harms_only_its_own_delivery(webhook: Webhook) -> None:
    bad, good = make_delivery(webhook, record("A1")), make_delivery(webhook, record("A2"))
    sql("ALTER TABLE offer_jobs ADD CONSTRAINT refused CHECK (external_id <> 'A1')")
    try:
        deliver(bad, good)
    finally:
        db.session.rollback()
        sql("ALTER TABLE offer_jobs DROP CONSTRAINT refused")
    assert verdict(good)["state"] == "done"
    assert verdict(bad) == {"state": "accepted"}
    age()
    sweep_and_work()
    assert verdict(bad)["state"] == "done"


def test_a_delivery_that_is_given_up_is_told_to_a_vendor_who_asked(webhook: Webhook) -> None:
    webhook.settings = {**webhook.settings, "receipt_url": "https://crm.example/receipts"}
    delivery = make_delivery(webhook, record("A1"), attempt=MOST_ATTEMPTS, due_at=utc_now())
    deliver(delivery)
    assert verdict(delivery) == {"state": "unreadable", "cause": "worker_died"}
    assert db.session.get_one(Receipt, delivery.id).state == ReceiptState.DUE


def test_a_paused_source_keeps_its_deliveries_until_it_goes_on(webhook: Webhook) -> None:
    pause_source(webhook.source)
    delivery = make_delivery(webhook, record("A1"), state=DeliveryState.WAITING)
    db.session.commit()
    age()
    sweep_and_work()
    assert verdict(delivery) == {"state": "waiting"}
    resume_source(webhook.source)
    db.session.commit()
    work_offers()
    assert verdict(delivery) == {"state": "done", "staged": 1, "settled": 1, "created": 1}


def test_what_came_just_while_its_source_went_on_is_released_by_the_sweep(
    webhook: Webhook,
) -> None:
    delivery = make_delivery(webhook, record("A1"), state=DeliveryState.WAITING)
    webhook.source.status = SourceStatus.ACTIVE
    db.session.commit()
    sweep_and_work()
    assert verdict(delivery)["state"] == "done"


def test_a_source_that_lost_its_mapping_is_no_loop(webhook: Webhook) -> None:
    delivery = make_delivery(webhook, record("A1"))
    webhook.source.mapping_id = None
    deliver(delivery)
    for _ in range(3):
        age()
        sweep_and_work()
    assert verdict(delivery) == {"state": "waiting"}
    assert delivery.attempt == 1


def test_a_delivery_whose_webhook_is_gone_is_worked_all_the_same(webhook: Webhook) -> None:
    source = webhook.source
    delivery = make_delivery(webhook, record("A1"))
    db.session.delete(webhook)
    deliver(delivery)
    assert verdict(delivery)["created"] == 1
    assert source.id == delivery.source_id


def test_problems_of_deliveries_become_issues_with_the_tick(webhook: Webhook) -> None:
    deliver(make_delivery(webhook, [record("A1"), {"town": "T"}]))
    sweep_deliveries()
    issue = db.session.scalars(select(Issue).where(Issue.source_id == webhook.source_id)).one()
    assert issue.code == "missing_id"
    db.session.refresh(webhook)
    assert webhook.regroup_due is False


def test_a_fetch_whose_bell_was_lost_is_rung_for_again(webhook: Webhook) -> None:
    delivery = make_delivery(webhook, {"ids": ["A1"]}, state=DeliveryState.FETCHING)
    key = f"fetch-{delivery.source_id}"
    db.session.commit()
    sweep_deliveries()
    assert queues.is_waiting(queues.DEFAULT, key)
    queues.valkey().flushdb()
    sql("UPDATE deliveries SET due_at = now() + interval '1 min'")
    sweep_deliveries()
    sql("UPDATE deliveries SET due_at = NULL, lease_until = now() + interval '1 min'")
    sweep_deliveries()
    assert not queues.is_waiting(queues.DEFAULT, key)
    age()
    sweep_deliveries()
    assert queues.is_waiting(queues.DEFAULT, key)
