"""The pages of issues in a browser: walked, acted on and filtered; nothing for axe to find."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.browser.conftest import log_in_page
from tests.people import make_admin, make_agency, make_user
from webapp.models import Issue, User

Db = scoped_session[Session]


@pytest.fixture
def agent(session: Db) -> User:
    """Of an agency whose source has an issue of three records, and one that is an error."""
    agency = make_agency("Costa Serena Homes")
    source = factories.make_source(agency, "Lirio CRM")
    run = factories.make_run(source, read=120)
    factories.make_issue(
        run, code="bad_number", field="bedrooms", affected=3, records=120, sample_raw="three"
    )
    factories.make_issue(run, code="missing_required", severity="error", affected=1, records=120)
    for number, raw in enumerate(("three", "four rooms", "V"), start=1):
        factories.make_problem(
            run, f"R-{number}", code="bad_number", field="bedrooms", severity="warning", raw=raw,
            position=number, message=f"The bedrooms “{raw}” is not a number, so it was left out.",
        )  # fmt: skip
    session.commit()
    return make_user("una@l.example", "Una Prado", agency=agency)


def test_an_agent_walks_through_an_issue_and_applies_its_records_again(
    page: Page, agent: User, look: Callable[[Page, str], None],
    assert_no_axe_findings: Callable[[Page], None],
) -> None:  # fmt: skip
    log_in_page(page, agent)
    page.get_by_role("link", name="Issues", exact=True).click()
    expect(page.get_by_role("heading", name="Issues", level=1)).to_be_visible()
    assert_no_axe_findings(page)
    look(page, "issues")
    page.get_by_label("Severity").select_option("warning")
    expect(page.get_by_role("link", name="The type is missing")).to_have_count(0)
    page.get_by_role("link", name="is not a number").click()
    expect(page.get_by_text("1 of 3")).to_be_visible()
    assert_no_axe_findings(page)
    look(page, "issue")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("four rooms").first).to_be_visible()
    page.get_by_label("Comment", exact=True).fill("Asked Lirio to send figures.")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.get_by_text("Asked Lirio to send figures.")).to_be_visible()
    page.get_by_role("link", name="Apply 3 records again").click()
    assert_no_axe_findings(page)
    page.get_by_role("button", name="Apply 3 records").click()
    expect(page.get_by_role("heading", name="Run", level=1)).to_be_visible()


def test_an_issue_is_ignored_under_a_condition_without_scripts(
    plain_page: Page, agent: User, session: Db
) -> None:
    log_in_page(plain_page, agent)
    issue = session.query(Issue).filter_by(code="bad_number").one()
    plain_page.goto(f"/issues/{issue.id}")
    plain_page.get_by_text("Ignore it …").click()
    plain_page.get_by_label("until more records have it").check()
    plain_page.get_by_label("Days, records or percent").fill("0")
    plain_page.get_by_role("button", name="Ignore it").click()
    expect(plain_page.locator(".error-summary")).to_contain_text("1 or more")
    plain_page.get_by_label("Days, records or percent").fill("20")
    plain_page.get_by_role("button", name="Ignore it").click()
    expect(plain_page.get_by_text("until more than 20 records have it")).to_be_visible()
    plain_page.goto("/issues?state=ignored")
    expect(plain_page.get_by_role("link", name="is not a number")).to_be_visible()


def test_an_admin_reads_the_traceback_behind_an_issue_by_keyboard(
    page: Page, agent: User, session: Db, look: Callable[[Page, str], None],
    assert_no_axe_findings: Callable[[Page], None],
) -> None:  # fmt: skip
    issue = session.query(Issue).filter_by(code="bad_number").one()
    factories.make_fault(issue.source, code="bad_number", sentry_event_id="c0ffee" * 5)
    session.commit()
    address = f"/issues/{issue.id}"
    log_in_page(page, make_admin())
    page.goto(address)
    expect(page.get_by_role("heading", name="Fault in Offerdock", level=2)).to_be_visible()
    expect(page.get_by_text("17 times")).to_be_visible()
    traceback = page.get_by_label("Traceback of ZeroDivisionError")
    expect(traceback).to_be_hidden()
    page.locator("summary", has_text="Traceback").press("Enter")
    expect(traceback).to_contain_text("return amount / parts")
    assert_no_axe_findings(page)
    look(page, "issue-fault")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
