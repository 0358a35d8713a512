"""Issues move by themselves: back when resolved, growing, over what may be ignored, gone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

from jobs.issues import ESCALATING_TIMES, FEWEST_ESCALATING, ProblemGroup, group_problems
from tests import factories
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Issue, IssueDay, IssueState, Run, User, utc_now
from webapp.services.issues import Ignoring, ignore_issue, resolve_issue

Db = scoped_session[Session]


@pytest.fixture
def run(session: Db) -> Run:
    return factories.make_run(factories.make_source(make_agency()))


@pytest.fixture
def person(run: Run) -> User:
    return make_user("una@l.example", "Una Prado", agency=run.source.agency)


def group(run: Run, affected: int, records: int = 1_000) -> Any:
    """As at the finish of a run in which so many records had the problem."""
    db.session.execute(text("DELETE FROM problems"))
    for number in range(affected):
        factories.make_problem(run, f"A{number}", code="bad_number", field="bedrooms")
    db.session.flush()
    groups = group_problems(run.source_id, run.id, records=records)
    # Every grouping is a transaction of its own, with a time of its own.
    db.session.commit()
    return groups


def issue(run: Run) -> Issue:
    return db.session.query(Issue).filter_by(source_id=run.source_id).one()


def test_equal_problems_of_different_values_are_one_issue_with_its_share(run: Run) -> None:
    [found] = group(run, 40)
    assert isinstance(found, ProblemGroup)
    assert (found.affected, found.state, found.is_news) == (40, "open", True)
    assert issue(run).share == pytest.approx(0.04)


def test_the_next_run_with_it_is_no_news(run: Run) -> None:
    group(run, 40)
    [found] = group(run, 41)
    assert (found.state, found.is_news) == ("open", False)


def test_an_issue_without_problems_is_resolved_by_itself(run: Run) -> None:
    group(run, 4)
    assert group(run, 0) == []
    assert (issue(run).state, issue(run).affected) == (IssueState.RESOLVED, 0)


def test_what_was_resolved_and_is_back_has_regressed(run: Run, person: User) -> None:
    group(run, 4)
    resolve_issue(issue(run), person)
    [found] = group(run, 3)
    assert (found.state, found.is_news) == ("regressed", True)
    assert issue(run).state_by_id is None
    [again] = group(run, 3)
    assert (again.state, again.is_news) == ("regressed", False)


def test_what_grows_fast_escalates_until_it_is_as_before(run: Run) -> None:
    before = FEWEST_ESCALATING // 2
    group(run, before)
    [grown] = group(run, before * ESCALATING_TIMES)
    assert (grown.state, grown.is_news) == ("escalating", True)
    [still] = group(run, before * ESCALATING_TIMES)
    assert (still.state, still.is_news) == ("escalating", False)
    [calm] = group(run, before)
    assert calm.state == "open"


def test_a_few_more_do_not_escalate(run: Run) -> None:
    group(run, 2)
    [found] = group(run, 2 * ESCALATING_TIMES)
    assert found.state == "open"


@pytest.mark.parametrize(
    ("ignoring", "affected", "state"),
    [
        (Ignoring(), 900, "ignored"),
        (Ignoring(above=50), 50, "ignored"),
        (Ignoring(above=50), 51, "escalating"),
        (Ignoring(share=0.05), 50, "ignored"),
        (Ignoring(share=0.05), 51, "escalating"),
        (Ignoring(until=utc_now() + timedelta(days=2)), 900, "ignored"),
        (Ignoring(until=utc_now() - timedelta(days=2)), 4, "escalating"),
    ],
)
def test_an_ignored_issue_comes_back_when_its_condition_ends(
    run: Run, person: User, ignoring: Ignoring, affected: int, state: str
) -> None:
    group(run, 4)
    ignore_issue(issue(run), ignoring, person)
    [found] = group(run, affected)
    assert (found.state, found.is_news) == (state, state == "escalating")


def test_an_ignored_issue_stays_ignored_when_its_problems_are_gone(run: Run, person: User) -> None:
    group(run, 4)
    ignore_issue(issue(run), Ignoring(), person)
    group(run, 0)
    assert (issue(run).state, issue(run).affected) == (IssueState.IGNORED, 0)
    [found] = group(run, 2)
    assert found.state == "ignored"


def test_each_day_keeps_its_last_count(run: Run) -> None:
    group(run, 4)
    group(run, 7)
    [day] = db.session.query(IssueDay).all()
    assert (day.issue_id, day.affected) == (issue(run).id, 7)
