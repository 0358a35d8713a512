"""Problems one by one: of a source's latest records, of a run, of one offer."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select

from webapp.extensions import db
from webapp.models import Offer, OfferJob, OfferProblem, Run, Source
from webapp.queries.paging import Listing, listing, page_of


@dataclass(frozen=True, slots=True)
class RecordProblem:
    """`offer_id` is None for a record that never became an offer."""

    problem: OfferProblem
    offer_id: int | None
    title: str | None


def record_problems(
    source: Source, code: str, field: str | None, severity: str, number: int
) -> Listing[RecordProblem]:
    """Of the source's latest records; each filter is off when it is empty (field: when None)."""
    statement = (
        select(OfferProblem, Offer.id, Offer.title)
        .outerjoin(
            Offer,
            and_(
                Offer.source_id == OfferProblem.source_id,
                Offer.external_id == OfferProblem.external_id,
            ),
        )
        .where(OfferProblem.source_id == source.id)
        .order_by(OfferProblem.id)
    )
    if code:
        statement = statement.where(OfferProblem.code == code)
    if field is not None:
        statement = statement.where(OfferProblem.field == field.replace("\0", ""))
    if severity:
        statement = statement.where(OfferProblem.severity == severity)
    rows = db.session.execute(page_of(statement, number))
    return listing([RecordProblem(*row) for row in rows], number)


def problems_without_job(run: Run, number: int) -> Listing[OfferProblem]:
    """Records refused while reading, before they became jobs: no id, or one used twice."""
    statement = (
        select(OfferProblem)
        .where(OfferProblem.run_id == run.id, OfferProblem.job_id.is_(None))
        .order_by(OfferProblem.id)
    )
    return listing(db.session.scalars(page_of(statement, number)).all(), number)


def problems_by_job(jobs: Collection[OfferJob]) -> dict[int, list[OfferProblem]]:
    """Of jobs of one source."""
    found: dict[int, list[OfferProblem]] = {}
    if not jobs:
        return found
    statement = (
        select(OfferProblem)
        .where(
            OfferProblem.source_id.in_({job.source_id for job in jobs}),
            OfferProblem.external_id.in_({job.external_id for job in jobs}),
            OfferProblem.job_id.in_({job.id for job in jobs}),
        )
        .order_by(OfferProblem.id)
    )
    for problem in db.session.scalars(statement):
        if problem.job_id is not None:
            found.setdefault(problem.job_id, []).append(problem)
    return found
