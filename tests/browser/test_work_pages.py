"""The pages of sources, runs, offers and the overview, as a person with a browser meets them."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from redis import Redis
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.browser.conftest import log_in_page
from tests.busy_agency import make_busy_agency
from tests.people import make_admin, make_agency, make_user
from webapp import queues
from webapp.extensions import db
from webapp.models import Role, Run, RunState, User, utc_now

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]


@pytest.fixture
def agent(session: scoped_session[Session], valkey: Redis) -> User:
    valkey.set(queues.TICK_KEY, time.time())
    return make_user(agency=make_agency("Costa Serena Homes"))


@pytest.fixture
def things(agent: User) -> dict[str, Any]:
    assert agent.agency is not None
    return make_busy_agency(agent.agency)


def addresses(things: dict[str, Any]) -> dict[str, str]:
    calm, last, held = things["calm"].id, things["last"].id, things["held"].id
    return {
        "overview": "/",
        "sources": "/sources",
        "source": f"/sources/{calm}",
        "source-broken": f"/sources/{things['broken'].id}",
        "source-new": "/sources/new",
        "source-edit": f"/sources/{calm}/edit",
        "source-delete": f"/sources/{calm}/delete",
        "source-problems": f"/sources/{calm}/problems",
        "runs": "/runs",
        "run": f"/runs/{last}",
        "run-created": f"/runs/{last}?show=created",
        "run-held": f"/runs/{held}",
        "run-failed": f"/runs/{things['failed'].id}",
        "run-going-on": f"/runs/{things['running'].id}",
        "run-withdraw": f"/runs/{held}/withdraw",
        "run-retry": f"/runs/{last}/retry",
        "record": f"/runs/{last}/jobs/{things['refused'].id}",
        "offers": "/offers",
        "offers-no-match": "/offers?search=zzzz",
        "offer": f"/offers/{things['offer'].id}",
    }


def test_full_pages_have_no_axe_findings(
    agent: User, things: dict[str, Any], page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    for name, address in addresses(things).items():
        page.goto(address)
        look(page, name)
        assert_no_axe_findings(page)


def test_empty_pages_have_no_axe_findings(
    agent: User, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    for name, address in (
        ("overview-empty", "/"),
        ("sources-empty", "/sources"),
        ("runs-empty", "/runs"),
        ("offers-empty", "/offers"),
    ):
        page.goto(address)
        look(page, name)
        assert_no_axe_findings(page)


def test_pages_of_an_admin_have_no_axe_findings(
    things: dict[str, Any], page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, make_admin())
    for name in ("overview", "sources", "source-new", "runs", "offers"):
        page.goto(addresses(things)[name])
        look(page, f"{name}-admin")
        assert_no_axe_findings(page)


def test_no_page_is_wider_than_a_phone(agent: User, things: dict[str, Any], page: Page) -> None:
    log_in_page(page, agent)
    page.set_viewport_size({"width": 390, "height": 844})
    for name, address in addresses(things).items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_a_source_is_set_up_by_keyboard_alone(agent: User, page: Page) -> None:
    log_in_page(page, agent)
    page.goto("/sources/new")
    page.get_by_label("Address of the feed").focus()
    page.keyboard.type("https://feeds.example/harbour.xml")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="feeds.example")).to_be_visible()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()


def test_the_next_times_follow_the_typing(agent: User, things: dict[str, Any], page: Page) -> None:
    log_in_page(page, agent)
    page.goto(addresses(things)["source-edit"])
    page.get_by_role("radio", name="Every day at").check()
    page.get_by_label("Times of day").fill("4:30")
    expect(page.locator("#next-times")).to_contain_text("Daily at 04:30 (Europe/Madrid)")
    page.get_by_label("Times of day").fill("noon")
    expect(page.locator("#next-times")).to_contain_text("“noon” is not a time of day")
    assert page.url.endswith("/edit")


def test_a_refused_form_moves_the_focus_to_what_is_wrong(
    agent: User, things: dict[str, Any], page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto(addresses(things)["source-edit"])
    page.get_by_label("Address of the feed").fill("feeds.example")
    page.get_by_role("radio", name="By cron line").check()
    page.get_by_role("textbox", name="Cron line").fill("whenever")
    page.get_by_role("button", name="Save").last.click()
    summary = page.get_by_role("alert").filter(has_text="things to correct")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error:"))
    look(page, "source-refused")
    assert_no_axe_findings(page)
    summary.get_by_role("link", name=re.compile("Cron line")).click()
    expect(page.get_by_role("textbox", name="Cron line")).to_be_focused()


def test_a_run_is_watched_until_it_ends(agent: User, things: dict[str, Any], page: Page) -> None:
    log_in_page(page, agent)
    id = things["running"].id
    page.goto(f"/runs/{id}")
    expect(page.get_by_text("7,740 of 12,480")).to_be_visible()
    run = db.session.get_one(Run, id)
    run.settled = 9_100
    db.session.commit()
    expect(page.get_by_text("9,100 of 12,480")).to_be_visible()
    factories.make_rejected_job(run, "LATE-1")
    run.state, run.finished_at, run.verdict = RunState.FINISHED, utc_now(), "valid"
    run.settled = run.staged
    db.session.commit()
    expect(page.locator("#run-live").get_by_text("Finished")).to_be_visible()
    expect(page.get_by_role("link", name="Retry 1 failed offer")).to_be_visible()
    expect(page.get_by_role("link", name="LATE-1")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text(f"Run {id} finished, 1 refused.")
    expect(page.locator("#run-live")).not_to_have_attribute("hx-trigger", re.compile("every"))


def test_a_held_list_is_withdrawn_in_a_dialog_that_states_the_number(
    agent: User, things: dict[str, Any], page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto(f"/runs/{things['held'].id}")
    opener = page.get_by_role("link", name="Withdraw these 34 offers")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Withdraw these 34 offers?")
    expect(dialog).to_be_visible()
    look(page, "run-held-dialog")
    assert_no_axe_findings(page)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Withdraw these 34 offers").click()
    expect(page.get_by_text("34 offers are withdrawn.")).to_be_visible()


def test_offers_are_found_while_one_types(agent: User, things: dict[str, Any], page: Page) -> None:
    log_in_page(page, agent)
    page.goto("/offers")
    offer = things["offer"]
    page.get_by_label("Title, reference, id or town").press_sequentially(offer.reference)
    expect(page.locator("#offers tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("search="))
    page.get_by_label("Title, reference, id or town").fill("")
    page.get_by_label("In the feed").select_option("Withdrawn")
    expect(page.locator("#offers tbody tr")).to_have_count(1)


def test_the_language_of_a_text_is_switched_in_place(
    agent: User, things: dict[str, Any], page: Page
) -> None:
    log_in_page(page, agent)
    page.goto(f"/offers/{things['offer'].id}")
    page.get_by_role("link", name="Spanish").click()
    expect(page.get_by_text("Una casa luminosa.")).to_be_visible()
    expect(page.get_by_role("link", name="Spanish")).to_have_attribute("aria-current", "true")


def test_everything_works_without_scripts(
    agent: User, things: dict[str, Any], plain_page: Page
) -> None:
    page = plain_page
    log_in_page(page, agent)
    for name, address in addresses(things).items():
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, name
    page.goto("/offers")
    page.get_by_label("Title, reference, id or town").fill(things["offer"].reference)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#offers tbody tr")).to_have_count(1)
    page.goto(addresses(things)["source-edit"])
    page.get_by_label("Name", exact=True).fill("Plain feed")
    page.get_by_role("button", name="Show the next times").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Plain feed")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("heading", name="Plain feed")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Plain feed is paused.")).to_be_visible()
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    page.get_by_role("link", name="Cancel run").click()
    page.get_by_role("button", name="Cancel run").click()
    expect(page.get_by_text("is cancelled.")).to_be_visible()
    page.goto(f"/runs/{things['held'].id}")
    page.get_by_role("link", name="Discard the list").click()
    page.get_by_role("button", name="Discard the list").click()
    expect(page.get_by_text("Nothing is withdrawn.")).to_be_visible()
    page.goto(f"/sources/{things['failed'].source_id}")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name=re.compile("Delete source and 0 offers")).click()
    expect(page.get_by_text("Alcor Listings and everything of it is deleted.")).to_be_visible()


def test_a_viewer_sees_every_page_without_axe_findings(
    agent: User, things: dict[str, Any], page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    viewer = make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agent.agency)
    log_in_page(page, viewer)
    for name in ("overview", "source", "run-held", "offer"):
        page.goto(addresses(things)[name])
        look(page, f"{name}-viewer")
        assert_no_axe_findings(page)
    page.goto("/sources/new")
    expect(page.get_by_text("You may not do this")).to_be_visible()
