"""Each step of a source's set-up as it looks with what workers leave: watched, found, failed,
tried; with the keyboard, without scripts, on a phone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests import set_up
from tests.browser.conftest import log_in_page
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Source, Trial, TrialState, User, utc_now

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]


@pytest.fixture
def agent(session: scoped_session[Session], valkey: Redis) -> User:
    return make_user(agency=make_agency("Costa Serena Homes"))


@pytest.fixture
def source(agent: User) -> Source:
    assert agent.agency is not None
    made = set_up.make_setup(agent.agency, agent)
    db.session.commit()
    return made


def everything_fits(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
    page.set_viewport_size({"width": 1280, "height": 800})


def test_every_step_looks_right(
    agent: User, source: Source, page: Page, assert_no_axe_findings: Check, keep_look: Look
) -> None:
    log_in_page(page, agent)

    def see(name: str, address: str) -> None:
        page.goto(address)
        keep_look(page, name)
        assert_no_axe_findings(page)
        everything_fits(page)

    at = f"/sources/{source.id}/setup"
    see("setup-new", "/sources/new")
    see("setup-where", f"{at}/where")
    look = set_up.make_look(
        source, TrialState.RUNNING, bytes=8_000_000, bytes_read=3_000_000, started_at=utc_now()
    )
    db.session.commit()
    see("setup-what-watched", f"{at}/what")
    look.state = TrialState.FAILED
    look.error_message = "The server sent a login page instead of the feed."
    look.error_hint = "Check the user name and password of this source with the vendor."
    look.error_place = set_up.LOCATION
    look.result = {"fetch": set_up.FETCH | {"content_type": "text/html"}}
    db.session.commit()
    see("setup-what-failed", f"{at}/what")
    unsure = {"preset": None, "confidence": 0.4, "proposed": {"type": "type", "city": "town"}}
    set_up.make_look(source, detected=unsure | {"duplicates": 7, "warnings": ["duplicate_ids"]})
    db.session.commit()
    see("setup-what-unknown", f"{at}/what")
    set_up.make_look(source)
    db.session.commit()
    see("setup-what-known", f"{at}/what")
    set_up.make_draft(source, agent)
    db.session.commit()
    see("setup-what-draft", f"{at}/what")
    see("setup-how", f"{at}/how")
    see("setup-dry-run-none", f"{at}/dry-run")
    set_up.make_dry_run(source, TrialState.RUNNING, read=60, started_at=utc_now())
    db.session.commit()
    see("setup-dry-run-watched", f"{at}/dry-run")
    set_up.make_dry_run(source)
    db.session.commit()
    see("setup-dry-run", f"{at}/dry-run")
    see("setup-listed", "/sources")
    see("setup-delete", f"/sources/{source.id}/delete")


def test_a_refused_address_moves_the_focus_to_what_is_wrong(
    agent: User, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto("/sources/new")
    page.get_by_label("Address of the feed").fill("feeds.example")
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert").filter(has_text="One thing to correct")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error:"))
    look(page, "setup-where-refused")
    assert_no_axe_findings(page)
    summary.get_by_role("link").click()
    expect(page.get_by_label("Address of the feed")).to_be_focused()


def test_the_reading_is_changed_by_keyboard(agent: User, source: Source, page: Page) -> None:
    set_up.make_look(source)
    db.session.commit()
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}/setup/what")
    page.get_by_text("Change the format, the records or the id").press("Enter")
    page.get_by_label("Id of an offer").fill("ref")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    db.session.expire_all()
    latest = db.session.scalars(select(Trial).order_by(Trial.id.desc()).limit(1)).one()
    assert latest.document is not None and latest.document["id"] == ["ref"]


def test_a_look_that_ends_shows_what_it_found_by_itself(
    agent: User, source: Source, page: Page
) -> None:
    look = set_up.make_look(source, TrialState.RUNNING)
    db.session.commit()
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}/setup/what")
    expect(page.get_by_text("Fetching the feed")).to_be_visible()
    found = set_up.make_look(source)
    look.result, look.state, look.finished_at = found.result, TrialState.DONE, utc_now()
    db.session.delete(found)
    db.session.commit()
    expect(page.get_by_text("Present and unique in all 133 records.")).to_be_visible()


def test_all_of_it_works_without_scripts(
    agent: User, plain_page: Page, tmp_path: Path, valkey: Redis
) -> None:
    page = plain_page
    log_in_page(page, agent)
    page.goto("/sources/new")
    page.get_by_label("Address of the feed").fill(set_up.LOCATION)
    page.get_by_text("Several files or pages").click()
    page.get_by_label("Pages", exact=True).select_option("page")
    page.get_by_label("Name of the page or offset").fill("page")
    page.get_by_text("Password or key").click()
    page.get_by_label("The server asks for").select_option("bearer")
    page.get_by_label("Password, token or key").fill("s3cret")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("link", name="Show what there is").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("This was stopped before its end")).to_be_visible()
    source = db.session.scalars(select(Source)).one()
    set_up.make_look(source)
    db.session.commit()
    page.reload()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name="Record 2 of 3")).to_be_visible()
    page.get_by_role("button", name="Try a dry run").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    page.get_by_role("link", name="When and how").click()
    page.get_by_label("Times of day").fill("4:30")
    page.get_by_role("radio", name="Every day at").check()
    page.get_by_role("button", name="Show the next times").click()
    expect(page.get_by_text("Daily at 04:30 (Europe/Madrid)")).to_be_visible()
    page.get_by_role("button", name="Go on to the dry run").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Activate: read it now and daily at 04:30").click()
    expect(page.get_by_text("is set up. This is its first run.")).to_be_visible()
