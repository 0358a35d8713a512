"""The tabs of a source, comparing runs, copying, importing and presets, as a person with a browser
meets them: in both themes, on a phone, by keyboard, without scripts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from redis import Redis
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.browser.conftest import log_in_page
from tests.busy_agency import make_busy_agency
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import RevisionKind, Role, User
from webapp.services.audit import note

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]


@pytest.fixture
def agent(session: scoped_session[Session], valkey: Redis) -> User:
    return make_user(agency=make_agency("Costa Serena Homes"))


@pytest.fixture
def things(agent: User) -> dict[str, Any]:
    """The busy agency, with prices that moved and a few things that people did."""
    assert agent.agency is not None
    things = make_busy_agency(agent.agency)
    calm, last = things["calm"], things["last"]
    for number in range(6):
        old, new = 255_000, 240_000 + 7_000 * number
        changes: dict[str, Any] = {
            "deals.sale once": [
                {"deal": "sale", "amount": old, "currency": "EUR"},
                {"deal": "sale", "amount": new, "currency": "EUR"},
            ]
        }
        if number % 2:
            changes["texts.en"] = [
                {"lang": "en", "title": "Villa", "plain": "A long text about a villa. " * 8},
                {"lang": "en", "title": "Villa", "plain": "Another text about a villa. " * 8},
            ]
        offer = factories.make_offer(calm)
        factories.make_revision(
            offer, last, RevisionKind.UPDATED, changes=changes, price_move=new / old
        )
    gone = factories.make_offer(calm, lifecycle="withdrawn")
    factories.make_revision(gone, last, RevisionKind.WITHDRAWN)
    note("run_started", calm, agent, run=last.id, trigger="manual")
    note("source_changed", calm, agent,
         before={"schedule": ["interval", "360", "Europe/Madrid"], "location": "https://feeds.example/a.xml"},
         after={"schedule": ["daily", "03:00", "Europe/Madrid"], "location": "https://feeds.example/lirio-export-of-all-homes.xml"})  # fmt: skip # noqa: E501
    note("value_decided", calm, agent, table="types", meanings={"Quinta": "villa", "Nada": None})
    db.session.commit()
    return things


def addresses(things: dict[str, Any]) -> dict[str, str]:
    at = f"/sources/{things['calm'].id}"
    return {
        "tab-overview": at,
        "tab-offers": f"{at}/offers",
        "tab-offers-none": f"{at}/offers?search=zzzz",
        "tab-issues": f"{at}/problems",
        "tab-issues-one": f"{at}/problems?code=missing_required&field=type",
        "tab-activity": f"{at}/activity",
        "tab-activity-none": f"{at}/activity?kind=removals",
        "compare": f"{at}/compare",
        "compare-new": f"{at}/compare?show=new",
        "compare-none": f"{at}/compare?a=1&b=3",
        "compare-nothing-yet": f"/sources/{things['broken'].id}/compare",
        "copy": f"{at}/copy",
        "share": f"{at}/share",
        "import": "/sources/new/import",
        "presets": "/presets",
        "preset-rename": f"/presets/{things['preset'].id}/rename",
        "preset-delete": f"/presets/{things['preset'].id}/delete",
    }


def test_the_tabs_look_right(
    agent: User, things: dict[str, Any], page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    for name, address in addresses(things).items():
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, name
        look(page, name)
        assert_no_axe_findings(page)


def test_no_tab_is_wider_than_a_phone_and_the_current_one_is_in_sight(
    agent: User, things: dict[str, Any], page: Page
) -> None:
    log_in_page(page, agent)
    page.set_viewport_size({"width": 390, "height": 844})
    for name, address in addresses(things).items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    page.goto(addresses(things)["tab-overview"])
    page.get_by_text("More", exact=True).click()
    menu = page.locator(".page-head .menu-panel").bounding_box()
    assert menu is not None
    assert menu["x"] >= 0 and menu["x"] + menu["width"] <= 390
    page.goto(addresses(things)["tab-activity"])
    current = page.get_by_role("navigation", name="Pages of this source").locator("[aria-current]")
    box = current.bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_the_tabs_are_walked_by_keyboard(agent: User, things: dict[str, Any], page: Page) -> None:
    log_in_page(page, agent)
    page.goto(addresses(things)["tab-overview"])
    tabs = page.get_by_role("navigation", name="Pages of this source")
    expect(tabs.locator("[aria-current=page]")).to_have_text("Overview")
    tabs.get_by_role("link", name="Overview").focus()
    page.keyboard.press("Tab")
    expect(tabs.get_by_role("link", name="Offers")).to_be_focused()
    page.keyboard.press("Enter")
    expect(tabs.locator("[aria-current=page]")).to_have_text("Offers")
    expect(page.locator("#offers tbody tr").first).to_be_visible()


def test_filters_of_the_tabs_stay_in_the_address(
    agent: User, things: dict[str, Any], page: Page
) -> None:
    log_in_page(page, agent)
    page.goto(addresses(things)["tab-offers"])
    page.get_by_label("In the feed").select_option("Missing")
    expect(page.locator("#offers tbody tr")).to_have_count(1)
    assert "lifecycle=missing" in page.url
    assert f"/sources/{things['calm'].id}/offers" in page.url
    page.reload()
    expect(page.locator("#offers tbody tr")).to_have_count(1)
    page.goto(addresses(things)["tab-activity"])
    page.get_by_label("What").select_option("Values")
    expect(page.get_by_text("Started a run")).to_have_count(0)
    expect(page.get_by_text("Decided what values mean")).to_be_visible()
    assert "kind=values" in page.url


def test_each_run_of_the_strip_is_told_in_words(
    agent: User, things: dict[str, Any], page: Page
) -> None:
    log_in_page(page, agent)
    page.goto(addresses(things)["tab-overview"])
    newest = page.locator(".strip a").last
    expect(newest).to_have_attribute("title", "".join(newest.inner_text().split("\u200b")))
    expect(newest).to_contain_text("133 read, 4 new, 9 updated")
    page.get_by_text("What came of each of them").click()
    expect(page.locator("#strip tbody tr")).to_have_count(13)


def test_a_copy_begins_its_set_up_and_an_export_is_read_in_again(
    agent: User, things: dict[str, Any], page: Page, tmp_path: Path
) -> None:
    log_in_page(page, agent)
    page.goto(addresses(things)["tab-overview"])
    page.get_by_text("More", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export its configuration").click()
    saved = tmp_path / "lirio.json"
    download.value.save_as(saved)
    assert json.loads(saved.read_text())["name"] == "Lirio CRM"
    page.goto("/sources/new")
    page.get_by_role("link", name="From an exported configuration").click()
    page.get_by_label("Configuration file").set_input_files(saved)
    page.get_by_label("Name of the new source").fill("Second door")
    page.get_by_role("button", name="Read it in and set up").click()
    expect(page.get_by_role("heading", name="Second door")).to_be_visible()
    expect(page.get_by_text("the secret in it was not taken along")).to_be_visible()


def test_a_bad_file_is_refused_where_it_was_chosen(
    agent: User, page: Page, tmp_path: Path, assert_no_axe_findings: Check, look: Look
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"format": 1, "name": "A", "mapping": {"format": 1}, "schedule": 5}')
    log_in_page(page, agent)
    page.goto("/sources/new/import")
    page.get_by_label("Configuration file").set_input_files(bad)
    page.get_by_role("button", name="Read it in and set up").click()
    expect(page.get_by_role("alert").filter(has_text="thing to correct")).to_be_focused()
    look(page, "import-refused")
    assert_no_axe_findings(page)


def test_it_works_without_scripts(agent: User, things: dict[str, Any], plain_page: Page) -> None:
    page = plain_page
    log_in_page(page, agent)
    page.goto(addresses(things)["compare"])
    page.get_by_label("How offers stood after").select_option(index=3)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("taken together")).to_be_visible()
    page.get_by_role("link", name="New").click()
    expect(page.locator("#differences tbody tr")).to_have_count(5)
    page.goto(addresses(things)["tab-overview"])
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Copy this source").click()
    page.get_by_role("button", name="Copy and set up").click()
    expect(page.get_by_role("heading", name="Lirio CRM (copy)")).to_be_visible()


def test_a_viewer_reads_the_tabs_without_axe_findings(
    agent: User, things: dict[str, Any], page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    viewer = make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agent.agency)
    log_in_page(page, viewer)
    for name in ("tab-overview", "tab-issues", "tab-activity", "compare", "presets"):
        page.goto(addresses(things)[name])
        look(page, f"{name}-viewer")
        assert_no_axe_findings(page)
        expect(page.get_by_role("link", name="Settings")).to_have_count(0)
