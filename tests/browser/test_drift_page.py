"""A held file of another kind, in a browser: what differs, and a decision by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.browser.conftest import log_in_page, show_theme
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Run, RunState, Trigger

GONE = [
    "price",
    "price_freq",
    "currency",
    "type",
    "town",
    "desc.en",
    "images.image.url",
    "particulars.of_the_building.energy_certificate.registration",
]
NEW = ["amount", "valuta", "kind", "place"]


@pytest.fixture
def drifted(page: Page, session: scoped_session[Session]) -> Run:
    """Of a source of the agency of the person who is signed in."""
    agency = make_agency("Costa Serena Homes")
    run = factories.make_run(
        factories.make_source(agency),
        RunState.HELD,
        verdict="incomplete",
        drift={
            "gone": [{"path": path, "share": 0.98} for path in GONE],
            "new": [{"path": path, "share": 1.0} for path in NEW],
        },
        error_code="feed_drifted",
        error_message="This file is of another kind than before. None of it was used, and nothing "
        "was withdrawn.",
        error_hint="Look at what differs.",
        steps=[],
    )
    user = make_user(agency=agency)
    db.session.commit()
    log_in_page(page, user)
    return run


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_difference_has_no_axe_findings(
    page: Page, drifted: Run, theme: str, assert_no_axe_findings: Callable[[Page], None]
) -> None:
    page.goto(f"/runs/{drifted.id}")
    show_theme(page, theme)
    assert_no_axe_findings(page)


def test_the_difference_fits_a_phone(page: Page, drifted: Run) -> None:
    """Long names of fields scroll within their table."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/runs/{drifted.id}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_decision_is_made_by_keyboard(
    page: Page, drifted: Run, keep_look: Callable[[Page, str], None]
) -> None:
    page.goto(f"/runs/{drifted.id}")
    expect(page.get_by_role("table", name="What differs")).to_contain_text("energy_certificate")
    keep_look(page, "run-of-another-kind")
    page.get_by_role("link", name="Leave it").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Leave it").press("Enter")
    expect(page.get_by_text("The file is left.")).to_be_visible()
    expect(page.get_by_text("File left, nothing of it used")).to_be_visible()


def test_a_remap_shows_what_it_maps_again(
    page: Page, drifted: Run, keep_look: Callable[[Page, str], None]
) -> None:
    run = factories.make_run(
        db.session.get_one(Run, drifted.id).source,
        trigger=Trigger.REMAP,
        remap={"values": {"types": ["cave", "hut"]}},
        read=12,
        updated=12,
    )
    began = run.started_at
    assert began is not None
    run.steps = [
        factories.step("read_stored", began, 0.1, records=12),
        factories.step("apply", began, 0.4),
        factories.step("finish", began, 0.1),
    ]
    run.http_status, run.bytes = None, 0
    db.session.commit()
    page.goto(f"/runs/{run.id}")
    expect(page.get_by_text("stored records with “cave”, “hut”")).to_be_visible()
    keep_look(page, "run-over-stored-records")
