"""Issues for their list and their own pages: filtered, sorted by harm, with trend and samples."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from sqlalchemy import and_, case, distinct, func, select
from sqlalchemy.orm import joinedload

from webapp.access import scope
from webapp.extensions import db
from webapp.models import (
    ACTIVE_STATES,
    Issue,
    IssueComment,
    IssueDay,
    IssueState,
    Offer,
    OfferProblem,
    Source,
    User,
    utc_now,
)
from webapp.queries.paging import Listing, listing, page_of

TREND_DAYS = 14
ACTIVE = "active"
MINE = "me"
NOBODY = "nobody"
DEFAULT_SORT = "harm"
_SEVERITY = case({"error": 0, "warning": 1}, value=Issue.severity, else_=2)
_SORTS: dict[str, Any] = {
    "affected": Issue.affected,
    "first": Issue.first_seen_at,
    "last": Issue.last_seen_at,
}
SORTS = (DEFAULT_SORT, *_SORTS, *(f"-{name}" for name in _SORTS))


@dataclass(frozen=True, slots=True)
class IssueFilters:
    source_id: int | None = None
    agency_id: int | None = None
    severity: str = ""
    code: str = ""
    # A state, "" for all, or ACTIVE for those that somebody has to look at.
    state: str = ACTIVE
    # MINE, NOBODY, or "".
    assignee: str = ""
    sort: str = DEFAULT_SORT


@dataclass(frozen=True, slots=True)
class Sample:
    """One of an issue's problems, and where among them it stands (from 1)."""

    problem: OfferProblem
    offer_id: int | None
    number: int
    of: int


def issues_page(filters: IssueFilters, person: User, number: int) -> Listing[Issue]:
    statement = (
        _matching(filters, person)
        .options(
            joinedload(Issue.source).joinedload(Source.agency),
            joinedload(Issue.assignee),
        )
        .order_by(*_order(filters.sort))
    )
    return listing(db.session.scalars(page_of(statement, number)).all(), number)


def state_counts(filters: IssueFilters, person: User) -> dict[str, int]:
    """How many issues the other filters leave in each state."""
    every = IssueFilters(
        filters.source_id, filters.agency_id, filters.severity, filters.code, "", filters.assignee
    )
    matching = _matching(every, person).subquery()
    counted = select(matching.c.state, func.count()).group_by(matching.c.state)
    return {state: count for state, count in db.session.execute(counted)}


def codes_present() -> list[str]:
    statement = scope(select(Issue.code).distinct().order_by(Issue.code), Issue)
    return list(db.session.scalars(statement))


def active_issues(source: Source) -> list[Issue]:
    """Of one source, the worst first."""
    statement = (
        select(Issue)
        .where(Issue.source_id == source.id, Issue.state.in_(ACTIVE_STATES), Issue.affected > 0)
        .order_by(*_order(DEFAULT_SORT))
    )
    return list(db.session.scalars(statement))


def trends(issue_ids: Collection[int]) -> dict[int, list[int]]:
    """Records affected on each of the last days, today last; a day without a run is as the one
    before it."""
    today = utc_now().astimezone(UTC).date()
    first = today - timedelta(days=TREND_DAYS - 1)
    counted: dict[int, dict[int, int]] = {id: {} for id in issue_ids}
    rows = db.session.execute(
        select(IssueDay.issue_id, IssueDay.day, IssueDay.affected).where(
            IssueDay.issue_id.in_(issue_ids), IssueDay.day >= first
        )
    )
    for issue_id, day, affected in rows:
        counted[issue_id][(day - first).days] = affected
    return {id: _filled(days) for id, days in counted.items()}


def sample(issue: Issue, number: int) -> Sample | None:
    """The issue's problem with that number, or the last one; None when there is none any more."""
    total = db.session.scalar(_of(issue, select(func.count()).select_from(OfferProblem))) or 0
    if not total:
        return None
    number = min(max(number, 1), total)
    problem, offer_id = db.session.execute(
        _of(issue, select(OfferProblem, Offer.id))
        .outerjoin(
            Offer,
            and_(
                Offer.source_id == OfferProblem.source_id,
                Offer.external_id == OfferProblem.external_id,
            ),
        )
        .order_by(OfferProblem.id)
        .limit(1)
        .offset(number - 1)
    ).one()
    return Sample(problem, offer_id, number, total)


def affected_lines(issue: Issue, most: int | None = None) -> Iterator[Sequence[object]]:
    """External id, position, line, raw value and message of each problem, in their order."""
    statement = _of(
        issue,
        select(
            OfferProblem.external_id,
            OfferProblem.position,
            OfferProblem.line,
            OfferProblem.raw,
            OfferProblem.message,
        ),
    )
    rows = db.session.execute(
        statement.order_by(OfferProblem.id).limit(most).execution_options(yield_per=1_000)
    )
    for row in rows:
        yield tuple(row)


def affected_records(issue: Issue) -> int:
    """Offers and refused records that have the problem now and an id to be found by."""
    statement = _of(issue, select(func.count(distinct(OfferProblem.external_id))))
    return db.session.scalar(statement.where(OfferProblem.external_id != "")) or 0


def comments(issue: Issue) -> Sequence[IssueComment]:
    return db.session.scalars(
        select(IssueComment)
        .where(IssueComment.issue_id == issue.id)
        .options(joinedload(IssueComment.user))
        .order_by(IssueComment.id)
    ).all()


def possible_assignees(issue: Issue) -> list[tuple[int, str]]:
    """Who may change something on the issue's source."""
    statement = (
        select(User.id, User.name)
        .where(
            User.deactivated_at.is_(None),
            User.role != "viewer",
            (User.agency_id == issue.source.agency_id) | (User.role == "admin"),
        )
        .order_by(User.name, User.id)
    )
    return [(id, name) for id, name in db.session.execute(statement)]


def _of(issue: Issue, statement: Any) -> Any:
    return statement.where(
        OfferProblem.source_id == issue.source_id,
        OfferProblem.code == issue.code,
        OfferProblem.field == issue.field,
    )


def _filled(days: dict[int, int]) -> list[int]:
    filled, last = [], 0
    for day in range(TREND_DAYS):
        last = days.get(day, last)
        filled.append(last)
    return filled


def _order(sort: str) -> tuple[Any, ...]:
    key = _SORTS.get(sort.removeprefix("-"))
    if key is None:
        return (_SEVERITY, Issue.affected.desc(), Issue.id)
    return (key.desc() if sort.startswith("-") else key.asc()), Issue.id


def _matching(filters: IssueFilters, person: User) -> Any:
    statement = scope(select(Issue), Issue)
    if filters.agency_id is not None:
        sources = select(Source.id).where(Source.agency_id == filters.agency_id)
        statement = statement.where(Issue.source_id.in_(sources))
    if filters.source_id is not None:
        statement = statement.where(Issue.source_id == filters.source_id)
    if filters.severity:
        statement = statement.where(Issue.severity == filters.severity)
    if filters.code:
        statement = statement.where(Issue.code == filters.code)
    if filters.state == ACTIVE:
        statement = statement.where(Issue.state.in_(ACTIVE_STATES))
    elif filters.state:
        statement = statement.where(Issue.state == IssueState(filters.state))
    if filters.assignee == MINE:
        statement = statement.where(Issue.assignee_id == person.id)
    elif filters.assignee == NOBODY:
        statement = statement.where(Issue.assignee_id.is_(None))
    return statement
