"""A source set up in a browser beside real workers: from the pasted address to imported offers."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.browser.conftest import log_in_page
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Offer, User

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]

WORKED = 30_000
MOST_CLICKS = 4
MOST_SECONDS = 60


@pytest.fixture
def agent(session: scoped_session[Session]) -> User:
    return make_user(agency=make_agency("Costa Serena Homes"))


def test_a_pasted_address_is_a_running_import_in_four_clicks(
    agent: User, vendor: str, workers: None, page: Page
) -> None:
    # The workers are only just starting beside it.
    page.set_default_timeout(WORKED)
    log_in_page(page, agent)
    page.goto("/sources/new")
    began, clicks = time.monotonic(), 0

    def click(name: str | re.Pattern[str]) -> None:
        nonlocal clicks
        page.get_by_role("button", name=name).click()
        clicks += 1

    page.get_by_label("Address of the feed").fill(f"{vendor}/kyero/harbour.xml?offers=133")
    click("Look at it")
    click("Try a dry run")
    click(re.compile("^Activate: read it now and every hour"))
    expect(page.locator("#run-live").get_by_text("Finished")).to_be_visible(timeout=WORKED)
    assert clicks <= MOST_CLICKS
    assert time.monotonic() - began < MOST_SECONDS
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(Offer)) == 133


def test_every_step_of_a_real_set_up_has_no_axe_findings(
    agent: User,
    vendor: str,
    workers: None,
    page: Page,
    assert_no_axe_findings: Check,
    keep_look: Look,
) -> None:
    # The workers are only just starting beside it.
    page.set_default_timeout(WORKED)
    log_in_page(page, agent)
    page.goto("/sources/new")
    page.get_by_label("Address of the feed").fill(f"{vendor}/kyero/harbour.xml?mode=html")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="What to do:")).to_be_visible(timeout=WORKED)
    keep_look(page, "flow-login-page")
    assert_no_axe_findings(page)
    page.get_by_role("link", name="Change the address").click()
    page.get_by_label("Address of the feed").fill(f"{vendor}/kyero/harbour.xml?offers=133")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="Kyero v3")).to_be_visible(timeout=WORKED)
    page.get_by_text("Change the format, the records or the id").click()
    keep_look(page, "flow-what")
    assert_no_axe_findings(page)
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_role("heading", name="Record 2 of 50")).to_be_visible()
    page.get_by_role("button", name="Look at the mapping").click()
    expect(page).to_have_url(re.compile("/mapping$"))
    page.get_by_role("link", name="When and how").click()
    keep_look(page, "flow-how")
    assert_no_axe_findings(page)
    page.get_by_role("button", name="Go on to the dry run").click()
    page.get_by_role("button", name="Start the dry run").click()
    expect(page.get_by_text("Nothing was written.")).to_be_visible(timeout=WORKED)
    keep_look(page, "flow-dry-run")
    assert_no_axe_findings(page)
    page.get_by_role("link", name="133").first.click()
    expect(page.get_by_role("heading", name="Would be created")).to_be_in_viewport()
