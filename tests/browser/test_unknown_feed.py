"""A table that nobody has seen before, set up by an agent in a browser beside real workers."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.browser.conftest import log_in_page
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Offer, User

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]

FILE = Path(__file__).parents[1] / "fixtures" / "unknown" / "third" / "de_bestand.csv"
WORKED = 30_000
MOST_SECONDS = 180


@pytest.fixture
def agent(session: scoped_session[Session]) -> User:
    return make_user(agency=make_agency("Haus am Hafen"))


def test_an_unknown_german_table_is_imported_in_three_minutes(
    agent: User, workers: None, page: Page, assert_no_axe_findings: Check, keep_look: Look
) -> None:
    # The workers are only just starting beside it.
    page.set_default_timeout(WORKED)
    log_in_page(page, agent)
    began = time.monotonic()
    page.goto("/sources/new")
    page.get_by_label("Or a file from your computer").set_input_files(FILE)
    page.get_by_role("button", name="Look at it").click()
    found = page.get_by_role("heading", name="No known format")
    expect(found).to_be_visible(timeout=WORKED)
    keep_look(page, "unknown-what")
    page.get_by_role("button", name="Go on to the mapping").click()
    expect(page).to_have_url(re.compile("/mapping$"))
    keep_look(page, "unknown-mapping")
    assert_no_axe_findings(page)
    steps = page.get_by_role("navigation", name="Steps of the set-up")
    steps.get_by_role("link", name="Values").click()
    keep_look(page, "unknown-values")
    assert_no_axe_findings(page)
    steps.get_by_role("link", name="Dry run").click()
    page.get_by_role("button", name="Start the dry run").click()
    expect(page.get_by_text("Nothing was written.")).to_be_visible(timeout=WORKED)
    keep_look(page, "unknown-dry-run")
    page.get_by_role("button", name=re.compile("^Activate")).click()
    finished = page.locator("#run-live").get_by_text("Finished")
    expect(finished).to_be_visible(timeout=WORKED)
    assert time.monotonic() - began < MOST_SECONDS
    assert [facts(offer) for offer in offers()] == [
        ("HN-1001", "apartment", "sale", 389000, "EUR", "88131 Lindau", 2),
        ("HN-1002", "house", "rent", 1450, "EUR", "88239 Wangen", 1),
        ("HN-1003", "plot", "sale", 198500, "EUR", "88145 Hergatz", 0),
        ("HN-1004", "house", "sale", 674900, "EUR", "88131 Lindau", 3),
        ("HN-1005", "office", "rent", 980, "EUR", "88212 Ravensburg", 1),
        ("HN-1006", "apartment", "sale", 275000, "EUR", "88161 Lindenberg", 2),
    ]


def offers() -> list[Offer]:
    db.session.expire_all()
    return list(db.session.scalars(select(Offer).order_by(Offer.external_id)))


def facts(offer: Offer) -> tuple[Any, ...]:
    location = offer.data["location"]
    place = f"{location['postcode']} {location['city']}"
    price = float(offer.price or 0)
    return (
        offer.external_id, offer.type, offer.deal, price, offer.currency, place, offer.media_count,
    )  # fmt: skip
