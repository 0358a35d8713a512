"""What tests do with deliveries, and what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from sqlalchemy import select

from jobs.worker import OffersWorker
from webapp import queues
from webapp.extensions import db
from webapp.models import Delivery, Offer, OfferProblem, Webhook


@contextmanager
def kept_objects() -> Iterator[None]:
    """Workers' sessions end in between: what a test holds is part of the next one again."""
    db.session.flush()
    kept = list(db.session)
    yield
    db.session.rollback()
    db.session.add_all(kept)
    db.session.expire_all()


def ring(*deliveries: Delivery) -> None:
    queues.enqueue_deliveries_after_commit(db.session(), [delivery.id for delivery in deliveries])
    db.session.commit()


def work_offers() -> None:
    """The offers worker, until its queues are empty."""
    worker = OffersWorker(current_app.config["OFFERDOCK"])
    with worker.connection, kept_objects():
        while taken := worker.dequeue_job_and_maintain_ttl(None):
            worker.execute_job(*taken)


def deliver(*deliveries: Delivery) -> None:
    ring(*deliveries)
    work_offers()


def offers_of(webhook: Webhook) -> dict[str, Offer]:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalars(select(Offer).where(Offer.source_id == webhook.source_id))
    return {offer.external_id: offer for offer in found}


def prices(webhook: Webhook) -> dict[str, float | None]:
    """Of the offers that are live, by id."""
    return {
        id: None if offer.price is None else float(offer.price)
        for id, offer in offers_of(webhook).items()
        if offer.lifecycle == "live"
    }


def verdict(delivery: Delivery) -> dict[str, Any]:
    """Its state, its cause, and its counters that are not zero."""
    db.session.rollback()
    db.session.refresh(delivery)
    names = (
        "staged", "settled", "created", "updated", "unchanged", "superseded", "withdrawn",
        "rejected", "failed", "quarantined",
    )  # fmt: skip
    counted = {name: getattr(delivery, name) for name in names if getattr(delivery, name)}
    caused = {"cause": delivery.cause} if delivery.cause else {}
    return {"state": delivery.state} | caused | counted


def problem_codes(delivery: Delivery) -> list[str]:
    return list(
        db.session.scalars(
            select(OfferProblem.code)
            .where(OfferProblem.delivery_id == delivery.id)
            .order_by(OfferProblem.position)
        )
    )
