"""What is kept of deliveries, and for how long."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from jobs.deliveries.retention import forget_old_deliveries
from jobs.forget import forget_vanished
from tests.deliveries import make_delivery, make_delivery_job, record
from tests.factories import make_run
from tests.integration.deliveries.delivery_steps import deliver, offers_of
from webapp.extensions import db
from webapp.models import (
    Delivery,
    DeliveryRequest,
    DeliveryState,
    OfferJob,
    OfferProblem,
    OfferRecord,
    Rejection,
    Webhook,
    utc_now,
)
from webapp.queries.delivery_filters import first_since


def aged(webhook: Webhook, days: float, **changes: Any) -> Delivery:
    """From the oldest to the newest they must be made, as they come."""
    at = utc_now() - timedelta(days=days)
    given = {"state": DeliveryState.DONE, "received_at": at, "finished_at": at} | changes
    return make_delivery(webhook, record("A1"), **given)


def forget(app: Flask) -> set[int]:
    db.session.commit()
    forget_old_deliveries(app.config["OFFERDOCK"])
    return set(db.session.scalars(select(Delivery.id)))


def test_refused_deliveries_are_forgotten_sooner_than_accepted_ones(
    app: Flask, webhook: Webhook
) -> None:
    refused = {"state": DeliveryState.REFUSED, "cause": "too_old", "message_key": None}
    gone = [aged(webhook, 31), aged(webhook, 30.5, **refused)]
    kept = [aged(webhook, 29)]
    gone.append(aged(webhook, 15, **refused))
    kept += [aged(webhook, 15), aged(webhook, 13, **refused), aged(webhook, 0)]
    gone_ids = {delivery.id for delivery in gone}
    assert forget(app) == {delivery.id for delivery in kept}
    requests = set(db.session.scalars(select(DeliveryRequest.delivery_id)))
    assert not requests & gone_ids


def test_a_delivery_that_is_not_settled_stays(app: Flask, webhook: Webhook) -> None:
    waiting = aged(webhook, 40, state=DeliveryState.WAITING, finished_at=None)
    assert forget(app) == {waiting.id}


def test_the_record_that_an_offer_stands_on_outlives_its_delivery(
    app: Flask, webhook: Webhook
) -> None:
    sent = make_delivery(webhook, [record("A1"), record("A2")])
    deliver(sent)
    newer = make_delivery(webhook, record("A2", price=90_000))
    deliver(newer)
    of_old = set(db.session.scalars(select(OfferJob.id).where(OfferJob.delivery_id == sent.id)))
    sent.received_at = sent.finished_at = utc_now() - timedelta(days=31)
    assert forget(app) == {newer.id}
    stands_on = offers_of(webhook)["A1"].job_id
    left = set(db.session.scalars(select(OfferRecord.id).where(OfferRecord.id.in_(of_old))))
    assert left == {stands_on}
    assert not db.session.scalars(select(OfferJob.id).where(OfferJob.id.in_(of_old))).all()


def test_a_refused_record_that_may_be_mapped_again_keeps_its_delivery(
    app: Flask, webhook: Webhook
) -> None:
    delivery = aged(webhook, 60)
    job = make_delivery_job(delivery, "A1", "rejected", error_code="missing_price")
    db.session.add(
        Rejection(
            source_id=webhook.source_id,
            external_id="A1",
            raw_hash=b"A1",
            mapping_id=webhook.source.mapping_id,
            job_id=job.id,
        )
    )
    assert forget(app) == {delivery.id}


def test_many_old_ones_go_in_several_batches(
    app: Flask, webhook: Webhook, monkeypatch: Any
) -> None:
    monkeypatch.setattr("jobs.deliveries.retention.BATCH", 3)
    for _ in range(8):
        aged(webhook, 31)
    assert forget(app) == set()


def test_the_first_delivery_of_a_time_is_found_across_gaps(webhook: Webhook) -> None:
    made = [aged(webhook, days) for days in (9, 8, 7, 3, 2, 1)]
    db.session.delete(made[2])
    db.session.flush()
    now = utc_now()
    assert first_since(now - timedelta(days=3.5)) in range(made[1].id + 1, made[3].id + 1)
    assert first_since(now - timedelta(days=20)) <= made[0].id
    assert first_since(now) > made[-1].id


def test_a_problem_ends_with_its_offer_also_when_its_delivery_is_forgotten(
    webhook: Webhook,
) -> None:
    run = make_run(webhook.source, sequence=1_000)
    newer = make_delivery_job(make_delivery(webhook, record("A2")), "A2", sequence=2_000)
    for external_id, job_id in (("A1", 999_999), ("A2", newer.id)):
        db.session.add(
            OfferProblem(
                source_id=webhook.source_id,
                delivery_id=1,
                job_id=job_id,
                external_id=external_id,
                position=1,
                code="missing_price",
                severity="error",
                field="deals",
                raw="",
                message="There is no price.",
            )
        )
    db.session.flush()
    forget_vanished(run)
    assert db.session.scalars(select(OfferProblem.external_id)).all() == ["A2"]
