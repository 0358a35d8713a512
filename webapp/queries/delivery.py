"""Everything that the pages of one delivery show beside the delivery itself, the agency's page and
the vendor's."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from webapp.delivery_causes import RefusalCause
from webapp.extensions import db
from webapp.models import (
    Admission,
    Delivery,
    DeliveryRequest,
    DeliveryState,
    Offer,
    OfferJob,
    OfferProblem,
    Receipt,
    Replay,
)
from webapp.queries.paging import Listing, listing, page_of
from webapp.queries.problems import problems_by_job

MOST_WITHOUT_RECORD = 50


@dataclass(frozen=True, slots=True)
class TouchedRecord:
    """A record of the delivery: what became of it, and of the offer that it is about."""

    job: OfferJob
    problems: list[OfferProblem]
    offer_id: int | None


def request_of(delivery: Delivery) -> DeliveryRequest | None:
    return db.session.get(DeliveryRequest, delivery.id)


def receipt_of(delivery: Delivery) -> Receipt | None:
    return db.session.get(Receipt, delivery.id)


def admission_of(delivery: Delivery) -> Admission | None:
    return db.session.get(Admission, delivery.id)


def replay_of(delivery: Delivery) -> Replay | None:
    """The last one that has reached it."""
    replay = db.session.get(Replay, delivery.replay_id) if delivery.replay_id else None
    if replay is None or (delivery.finished_at and delivery.finished_at < replay.created_at):
        return None
    return replay


def touched_records(delivery: Delivery, number: int) -> Listing[TouchedRecord]:
    """In the order of the body."""
    statement = (
        select(OfferJob, Offer.id)
        .outerjoin(
            Offer,
            (Offer.source_id == OfferJob.source_id) & (Offer.external_id == OfferJob.external_id),
        )
        .where(OfferJob.delivery_id == delivery.id)
        .order_by(OfferJob.id)
    )
    found = db.session.execute(page_of(statement, number)).all()
    problems = problems_by_job([job for job, _ in found])
    rows = [TouchedRecord(job, problems.get(job.id, []), id) for job, id in found]
    return listing(rows, number)


def problems_without_record(delivery: Delivery) -> Sequence[OfferProblem]:
    """Of records that could not be told apart, the first few."""
    statement = select(OfferProblem).where(
        OfferProblem.source_id == delivery.source_id,
        OfferProblem.external_id == "",
        OfferProblem.delivery_id == delivery.id,
    )
    statement = statement.order_by(OfferProblem.position).limit(MOST_WITHOUT_RECORD)
    return db.session.scalars(statement).all()


def conflicts_of(delivery: Delivery) -> list[int]:
    """Refused ones that had its message's id and another body, the latest first."""
    statement = select(Delivery.id).where(
        Delivery.source_id == delivery.source_id,
        Delivery.cause == RefusalCause.CONFLICT,
        Delivery.cause_detail == str(delivery.id),
        Delivery.id > delivery.id,
    )
    return list(db.session.scalars(statement.order_by(Delivery.id.desc()).limit(10)))


def conflicts_with(delivery: Delivery) -> int | None:
    """The delivery whose message's id it has, if it was refused for that."""
    if delivery.state != DeliveryState.REFUSED or delivery.cause != RefusalCause.CONFLICT:
        return None
    told = delivery.cause_detail
    return int(told) if told.isdecimal() else None
