"""The mapping studio in a browser: by mouse, by keyboard alone, by dragging, without scripts, and
as everyone must be able to read it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, scoped_session

from tests import factories, set_up
from tests.browser.conftest import log_in_page
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Agency, DraftStep, MappingDraft, Source, User

Db = scoped_session[Session]
LONG = "https://img.example/" + "a-very-long-name-" * 12 + ".jpg"


@pytest.fixture
def agency(session: Db) -> Agency:
    return make_agency("Costa Serena Homes")


@pytest.fixture
def user(agency: Agency) -> User:
    return make_user(agency=agency)


@pytest.fixture
def source(agency: Agency, user: User) -> Source:
    source = factories.make_source(agency)
    other: dict[str, Any] = {
        **set_up.RECORD,
        "id": "H-2",
        "price": "on request",
        "type": "Palloza",
        "beds": "two",
        "<img src=x onerror=alert(1)>": "<b>bold</b>",
        "photo": LONG,
    }
    set_up.make_sample(source, [set_up.RECORD, other])
    db.session.commit()
    return source


@pytest.fixture
def studio(page: Page, source: Source, user: User) -> Page:
    log_in_page(page, user)
    page.goto(f"/sources/{source.id}/mapping")
    return page


def document(source: Source) -> dict[str, Any]:
    db.session.rollback()
    row = db.session.get_one(MappingDraft, source.id, populate_existing=True)
    return db.session.get_one(DraftStep, (source.id, row.step)).document


def field(page: Page, address: str) -> Any:
    return page.locator(f'[id="field-{address}"]')


def test_a_field_is_connected_edited_and_undone_by_mouse(studio: Page, source: Source) -> None:
    studio.get_by_role("radio", name=re.compile(r"^price_freq")).check()
    studio.get_by_role("button", name="Connect: Construction").click()
    expect(field(studio, "construction")).to_contain_text("price_freq")
    expect(studio.locator("#announcer")).to_have_text("Construction: price_freq")
    field(studio, "construction").get_by_role("link", name="Construction").click()
    expect(studio.get_by_role("heading", name="Construction")).to_be_focused()
    studio.get_by_label("Add a step").select_option("upper")
    expect(studio.locator(".transforms .seen")).to_have_text("→ SALE")
    studio.get_by_label("If nothing is found").fill("brick")
    studio.get_by_role("button", name="Apply").last.click()
    expect(field(studio, "construction")).to_contain_text("else brick")
    assert document(source)["fields"]["construction"] == {
        "path": "price_freq",
        "transforms": [{"name": "upper"}],
        "default": "brick",
    }
    studio.get_by_role("button", name="Undo").click()
    expect(field(studio, "construction")).not_to_contain_text("else brick")
    studio.get_by_role("button", name="Redo").click()
    expect(field(studio, "construction")).to_contain_text("else brick")


def test_a_field_is_connected_by_keyboard_alone(studio: Page, source: Source) -> None:
    studio.keyboard.press("/")
    studio.keyboard.type("price_freq")
    expect(studio.get_by_role("radio")).to_have_count(1)
    studio.get_by_role("radio").focus()
    studio.keyboard.press("Space")
    studio.keyboard.press("c")
    expect(studio.get_by_label("Connect with", exact=True)).to_be_focused()
    studio.keyboard.type("Construction")
    studio.keyboard.press("Tab")
    studio.keyboard.press("Enter")
    expect(field(studio, "construction")).to_contain_text("price_freq")
    expect(studio.get_by_role("button", name="Connect the chosen field")).to_be_focused()
    studio.keyboard.press("u")
    expect(field(studio, "construction")).not_to_contain_text("price_freq")


def test_a_field_is_dragged_to_where_it_belongs(studio: Page, source: Source) -> None:
    start = studio.locator(".record-field", has_text="price_freq")
    start.drag_to(field(studio, "location.district"))
    expect(field(studio, "location.district")).to_contain_text("price_freq")
    assert document(source)["fields"]["location.district"]["path"] == "price_freq"


def test_what_is_typed_and_opened_survives_a_change(studio: Page, source: Source) -> None:
    studio.get_by_label("Search the record’s fields").fill("price")
    expect(studio.get_by_role("radio")).to_have_count(2)
    studio.get_by_role("radio", name=re.compile(r"^price_freq")).check()
    studio.keyboard.press("]")
    expect(studio.get_by_role("heading", name="Record 2 of 2")).to_be_visible()
    expect(studio.get_by_role("radio", name=re.compile(r"^price_freq"))).to_be_checked()
    expect(studio.get_by_label("Search the record’s fields")).to_have_value("price")
    expect(studio).to_have_url(re.compile(r"record=2"))
    assert "search=price" in studio.url


def test_two_people_at_one_mapping_lose_nothing(
    studio: Page, source: Source, agency: Agency, context: Any
) -> None:
    second = context.browser.new_context(base_url=studio.url.partition("/sources")[0])
    other = second.new_page()
    other.set_default_timeout(10_000)
    log_in_page(other, make_user("tom@lantana.example", "Tom Okafor", agency=agency))
    other.goto(studio.url)
    other.get_by_role("radio", name=re.compile(r"^ref")).check()
    other.get_by_role("button", name="Replace: District").click()
    expect(field(other, "location.district")).to_contain_text("ref")
    studio.get_by_role("radio", name=re.compile(r"^price_freq")).check()
    studio.get_by_role("button", name="Connect: Construction").click()
    expect(studio.locator("#studio-note")).to_contain_text("Tom Okafor changed it")
    studio.get_by_role("button", name="Make mine as well").click()
    expect(field(studio, "construction")).to_contain_text("price_freq")
    expect(field(studio, "location.district")).to_contain_text("ref")
    second.close()


def test_without_scripts_the_same_is_done_page_by_page(
    plain_page: Page, source: Source, user: User
) -> None:
    log_in_page(plain_page, user)
    plain_page.goto(f"/sources/{source.id}/mapping?record=2")
    plain_page.get_by_role("radio", name=re.compile(r"^photo")).check()
    plain_page.get_by_role("button", name="Connect: Construction").click()
    expect(plain_page).to_have_url(re.compile(r"record=2"))
    field(plain_page, "construction").get_by_role("link", name="Construction").click()
    plain_page.get_by_label("Add a step").select_option("lower")
    plain_page.get_by_role("button", name="Apply").last.click()
    expect(plain_page.locator(".transforms .seen")).to_contain_text("https://img.example")
    assert document(source)["fields"]["construction"]["transforms"] == [{"name": "lower"}]


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("studio", ""),
        ("studio-rule", "/fields/deals.0.amount?record=2"),
        ("studio-block", "/fields/media.0"),
        ("studio-ids", "/fields/id"),
        ("studio-problems", "?record=2&fields=problems"),
        ("studio-unused", "?show=unused"),
    ],
)
def test_everyone_can_read_it(
    studio: Page,
    source: Source,
    name: str,
    rest: str,
    assert_no_axe_findings: Callable[[Page], None],
    keep_look: Callable[[Page, str], None],
) -> None:
    studio.goto(f"/sources/{source.id}/mapping{rest}")
    assert_no_axe_findings(studio)
    keep_look(studio, name)
    studio.set_viewport_size({"width": 390, "height": 844})
    assert studio.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_that_saves_can_be_read_by_everyone(
    studio: Page,
    source: Source,
    assert_no_axe_findings: Callable[[Page], None],
    keep_look: Callable[[Page, str], None],
) -> None:
    studio.get_by_role("radio", name=re.compile(r"^price_freq")).check()
    studio.get_by_role("button", name="Connect: Construction").click()
    expect(field(studio, "construction")).to_contain_text("price_freq")
    assert_no_axe_findings(studio)
    keep_look(studio, "studio-draft")
    studio.get_by_role("link", name="Look and save").click()
    expect(studio.get_by_role("button", name=re.compile("Save version 2"))).to_be_visible()
    assert_no_axe_findings(studio)
    keep_look(studio, "studio-save")
    studio.goto(f"/sources/{source.id}/mapping/discard")
    assert_no_axe_findings(studio)
