"""Messages that appear over the page: what passes, what stays, what a failing server leaves."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, scoped_session

from tests.browser.conftest import log_in_page
from tests.people import make_admin, make_agency, make_user
from webapp.models import Role, User


@pytest.fixture
def admin(session: scoped_session[Session]) -> User:
    make_user("tom@lantana.example", "Tom Okafor", Role.VIEWER, make_agency("Casa Lantana"))
    return make_admin()


def add_agency(page: Page, name: str) -> None:
    page.goto("/agencies")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Add").click()


def test_good_news_passes_after_at_least_six_seconds(admin: User, page: Page) -> None:
    log_in_page(page, admin)
    page.clock.install()
    add_agency(page, "Faro Homes")
    toast = page.get_by_role("status").get_by_text("Faro Homes is here.")
    expect(toast).to_be_visible()
    page.clock.run_for(6000)
    expect(toast).to_be_visible()
    page.clock.run_for(2000)
    expect(toast).to_be_hidden()


def test_good_news_waits_while_someone_reads_it(admin: User, page: Page) -> None:
    log_in_page(page, admin)
    page.clock.install()
    add_agency(page, "Faro Homes")
    toast = page.locator(".toast-card")
    toast.hover()
    page.clock.run_for(60_000)
    expect(toast).to_be_visible()
    page.mouse.move(10, 10)
    page.clock.run_for(3000)
    expect(toast).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "content_type", "body", "words"),
    [
        (500, "text/html", "<h1>Traceback</h1>", "could not answer"),
        (503, "text/plain", "The database can’t be reached. Wait.", "database can’t be reached"),
        (403, "text/plain", "You may not do this.", "You may not do this"),
    ],
)
def test_a_failing_server_leaves_the_page_and_one_message_that_stays(
    admin: User, page: Page, status: int, content_type: str, body: str, words: str
) -> None:
    log_in_page(page, admin)
    page.goto("/users")
    page.route(
        re.compile(r"/users\?"),
        lambda route: route.fulfill(status=status, content_type=content_type, body=body),
    )
    for typed in ("a", "ab"):
        with page.expect_response(re.compile(rf"search={typed}&")):
            page.get_by_label("Name or email").fill(typed)
    toast = page.get_by_role("alert").get_by_text(words)
    expect(toast).to_have_count(1)
    expect(page.locator("#results tbody tr")).to_have_count(2)
    assert "Traceback" not in page.content()


def test_an_expired_session_leads_to_the_login(admin: User, page: Page) -> None:
    log_in_page(page, admin)
    page.goto("/users")
    page.context.clear_cookies()
    page.get_by_label("Name or email").fill("tom")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
