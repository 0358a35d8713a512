"""Reading runs for pages: the list, and what one run changed, refused and would withdraw."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from webapp.access import scope
from webapp.extensions import db
from webapp.models import (
    OPEN_STATES,
    Agency,
    Offer,
    OfferJob,
    OfferProblem,
    OfferRevision,
    RevisionKind,
    Run,
    RunRemoval,
    Source,
    User,
)
from webapp.queries.paging import Listing, listing, page_of
from webapp.queries.problems import problems_by_job

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RunFilters:
    source_id: int | None = None
    agency_id: int | None = None
    # A state, or "open" for every state in which a run goes on.
    state: str = ""


@dataclass(frozen=True, slots=True)
class RunsPage:
    """Newest first; `newer` and `older` are the ids from which the neighbouring pages go on."""

    rows: list[Run]
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class JobRow:
    job: OfferJob
    problems: list[OfferProblem]
    offer_id: int | None


@dataclass(frozen=True, slots=True)
class OfferLine:
    id: int
    external_id: str
    reference: str
    title: str
    city: str
    fields: list[str]


def runs_page(filters: RunFilters, before: int | None, after: int | None) -> RunsPage:
    """`before` asks for the runs older than that id, `after` for those newer."""
    statement = _with_source(scope(select(Run), Run))
    if filters.source_id is not None:
        statement = statement.where(Run.source_id == filters.source_id)
    if filters.agency_id is not None:
        statement = statement.where(Run.agency_id == filters.agency_id)
    if filters.state:
        states = OPEN_STATES if filters.state == "open" else (filters.state,)
        statement = statement.where(Run.state.in_(states))
    if after is not None:
        statement = statement.where(Run.id > after).order_by(Run.id)
    else:
        statement = statement.order_by(Run.id.desc())
        if before is not None:
            statement = statement.where(Run.id < before)
    found = list(db.session.scalars(statement.limit(PAGE_SIZE + 1)))
    rows, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    if after is not None:
        rows.reverse()
    first, last = (rows[0].id, rows[-1].id) if rows else (None, None)
    if after is not None:
        return RunsPage(rows, first if more else None, last)
    return RunsPage(rows, first if before is not None else None, last if more else None)


def open_runs() -> list[Run]:
    statement = _with_source(scope(select(Run), Run)).where(Run.state.in_(OPEN_STATES))
    return list(db.session.scalars(statement.order_by(Run.id).limit(20)))


def recent_runs(source: Source, most: int) -> list[Run]:
    """Newest first."""
    statement = select(Run).where(Run.source_id == source.id).order_by(Run.id.desc())
    return list(db.session.scalars(statement.limit(most)))


def people_of(run: Run) -> dict[int, str]:
    """The names of who started the run and who decided about it."""
    ids = {id for id in (run.triggered_by, run.decided_by) if id is not None}
    if not ids:
        return {}
    return {id: name for id, name in db.session.execute(_names(ids))}


def unsuccessful_jobs(run: Run, state: str | None, number: int) -> Listing[JobRow]:
    """Offer jobs that ended without success, with the problems of each and its offer's id."""
    statement = (
        select(OfferJob, Offer.id)
        .outerjoin(
            Offer,
            (Offer.source_id == OfferJob.source_id) & (Offer.external_id == OfferJob.external_id),
        )
        .where(OfferJob.run_id == run.id, OfferJob.error_code.is_not(None))
        .order_by(OfferJob.id)
    )
    if state is not None:
        statement = statement.where(OfferJob.state == state)
    found = db.session.execute(page_of(statement, number)).all()
    problems = problems_by_job([job for job, _ in found])
    rows = [JobRow(job, problems.get(job.id, []), offer_id) for job, offer_id in found]
    return listing(rows, number)


def changed_offers(run: Run, kind: RevisionKind, number: int) -> Listing[OfferLine]:
    """What the run created, updated, brought back or withdrew, in the order it did."""
    statement = (
        select(*_OFFER_LINE, OfferRevision.changes)
        .join(Offer, OfferRevision.offer_id == Offer.id)
        .where(OfferRevision.run_id == run.id, OfferRevision.kind == kind)
        .order_by(OfferRevision.id)
    )
    found = [_offer_line(*row) for row in db.session.execute(page_of(statement, number))]
    return listing(found, number)


def held_offers(run: Run, number: int) -> Listing[OfferLine]:
    """The offers that the run would withdraw."""
    statement = (
        select(*_OFFER_LINE)
        .join(RunRemoval, RunRemoval.offer_id == Offer.id)
        .where(RunRemoval.run_id == run.id)
        .order_by(RunRemoval.offer_id)
    )
    found = [
        _offer_line(*row, changes={}) for row in db.session.execute(page_of(statement, number))
    ]
    return listing(found, number)


def offer_id_of(job: OfferJob) -> int | None:
    """The offer that the job's record is about, if there is one."""
    return db.session.scalar(
        select(Offer.id).where(
            Offer.source_id == job.source_id, Offer.external_id == job.external_id
        )
    )


def removal_count(run: Run) -> int:
    """How many offers wait on the run's list: what the buttons and their questions state."""
    statement = select(func.count()).where(RunRemoval.run_id == run.id)
    return db.session.scalar(statement) or 0


_OFFER_LINE = (Offer.id, Offer.external_id, Offer.reference, Offer.title, Offer.city)


def _offer_line(
    id: int, external_id: str, reference: str, title: str, city: str, changes: dict[str, Any]
) -> OfferLine:
    return OfferLine(id, external_id, reference, title, city, list(changes))


def _names(ids: set[int]) -> Select[int, str]:
    return select(User.id, User.name).where(User.id.in_(ids))


def _with_source(statement: Select[Run]) -> Select[Run]:
    """Each run's source and agency in the same statement, their names alone."""
    source = joinedload(Run.source, innerjoin=True)
    return statement.options(
        source.load_only(Source.name, Source.agency_id),
        source.joinedload(Source.agency, innerjoin=True).load_only(Agency.name),
    )
