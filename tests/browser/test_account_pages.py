"""The pages of logging in, people and agencies, as a person with a browser meets them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, scoped_session

from tests.browser.conftest import log_in_page
from tests.people import make_admin, make_agency, make_user
from webapp.models import Role, User
from webapp.services.invitations import invitation_token

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]


@pytest.fixture
def admin(session: scoped_session[Session]) -> User:
    lantana = make_agency("Casa Lantana")
    make_agency("Faro Homes")
    make_user("ines@lantana.example", "Inés Valdemar", Role.AGENT, lantana)
    make_user("tom@lantana.example", "Tom Okafor", Role.VIEWER, lantana)
    return make_admin()


def test_pages_before_the_login_have_no_axe_findings(
    session: scoped_session[Session], page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    token = invitation_token(make_user())
    for name, address in (
        ("login", "/login"),
        ("not-found", "/nowhere"),
        ("invitation", f"/invitation?token={token}"),
        ("invitation-refused", "/invitation?token=damaged"),
    ):
        page.goto(address)
        look(page, name)
        assert_no_axe_findings(page)


def test_pages_of_people_have_no_axe_findings(
    admin: User, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, admin)
    for name, address in (
        ("users", "/users"),
        ("users-no-match", "/users?search=zzz"),
        ("user", "/users/1"),
        ("user-invite", "/users/invite"),
        ("user-link", "/users/2/link"),
        ("user-deactivate", "/users/1/deactivate"),
        ("agencies", "/agencies"),
        ("password", "/password"),
    ):
        page.goto(address)
        look(page, name)
        assert_no_axe_findings(page)


def test_menu_and_dialogs_have_no_axe_findings(
    admin: User, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, admin)
    page.goto("/users/1")
    page.locator("details.menu summary").click()
    look(page, "menu")
    assert_no_axe_findings(page)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    look(page, "keyboard-help")
    assert_no_axe_findings(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Deactivate").click()
    look(page, "confirm")
    assert_no_axe_findings(page)


def test_a_wrong_password_moves_the_focus_to_the_error_summary(admin: User, page: Page) -> None:
    page.goto("/login")
    page.get_by_label("Email").fill(admin.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Log in").click()
    summary = page.get_by_role("alert").filter(has_text="don’t match an active account")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error:"))


def test_an_invited_person_sets_a_password_and_is_inside_without_javascript(
    admin: User, plain_page: Page
) -> None:
    log_in_page(plain_page, admin)
    plain_page.goto("/users/invite")
    plain_page.get_by_label("Name").fill("Mara Lindqvist")
    plain_page.get_by_label("Email").fill("mara@lantana.example")
    plain_page.get_by_label("Agency", exact=True).select_option(label="Casa Lantana")
    plain_page.get_by_role("button", name="Make the invitation").click()
    link = plain_page.get_by_label("Link").input_value()
    plain_page.locator("details.menu summary").click()
    plain_page.get_by_role("button", name="Log out").click()

    plain_page.goto(link)
    plain_page.get_by_label("New password", exact=True).fill("four lively otters")
    plain_page.get_by_label("New password again").fill("four lively otters")
    plain_page.get_by_role("button", name="Set password").click()

    expect(plain_page.locator(".tenant")).to_have_text("Casa Lantana")
    plain_page.goto(link)
    expect(plain_page.get_by_role("heading", name="This link no longer works")).to_be_visible()


def test_deactivating_works_without_javascript_by_its_own_page(
    admin: User, plain_page: Page
) -> None:
    log_in_page(plain_page, admin)
    plain_page.goto("/users/1")
    plain_page.get_by_role("link", name="Deactivate").click()
    expect(plain_page).to_have_url(re.compile("/users/1/deactivate$"))
    plain_page.get_by_role("button", name="Deactivate").click()
    expect(plain_page.get_by_text("Inés Valdemar can no longer log in.")).to_be_visible()
    expect(plain_page.locator("main .status")).to_have_text("Deactivated")


def test_the_confirmation_opens_as_a_dialog_and_gives_the_focus_back(
    admin: User, page: Page
) -> None:
    log_in_page(page, admin)
    page.goto("/users/1")
    opener = page.get_by_role("link", name="Deactivate")
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_people_are_found_while_one_types(admin: User, page: Page) -> None:
    log_in_page(page, admin)
    page.goto("/users")
    page.get_by_label("Name or email").fill("okaf")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("search=okaf"))
    expect(page.get_by_label("Name or email")).to_be_focused()


def test_the_theme_changes_at_once_and_is_rendered_by_the_server_from_then_on(
    admin: User, page: Page
) -> None:
    log_in_page(page, admin)
    page.goto("/users")
    page.locator("details.menu summary").click()
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_class("dark")
    answer = page.request.get("/users").text()
    assert 'data-theme="dark" class="dark"' in answer


def test_a_stopped_server_shows_one_error_toast_that_stays(admin: User, page: Page) -> None:
    log_in_page(page, admin)
    page.goto("/users")
    page.route("**/users?*", lambda route: route.abort())
    page.get_by_label("Name or email").fill("a")
    toast = page.get_by_role("alert").get_by_text("can’t be reached")
    expect(toast).to_be_visible()
    expect(page.locator("#results tbody tr")).to_have_count(3)
    page.get_by_role("button", name="Dismiss").click()
    expect(toast).to_be_hidden()


def test_every_control_is_reached_by_keyboard_and_the_menu_closes_on_escape(
    admin: User, page: Page
) -> None:
    log_in_page(page, admin)
    page.goto("/users")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    summary = page.locator("details.menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Name or email")).to_be_focused()


def test_no_page_scrolls_sideways_on_a_phone(admin: User, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in_page(page, admin)
    for address in ("/users", "/users/1", "/users/invite", "/users/2/link", "/agencies"):
        page.goto(address)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow == 0, address
