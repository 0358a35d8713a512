"""Sending failed offers again, as a person with a browser meets it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.browser.conftest import log_in_page
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import OfferJob, Retry, RetryJob, Run, User, utc_now

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]


@pytest.fixture
def agent(session: scoped_session[Session]) -> User:
    return make_user(agency=make_agency("Costa Serena Homes"))


@pytest.fixture
def run(agent: User) -> Run:
    assert agent.agency is not None
    made = factories.make_run(factories.make_source(agent.agency), staged=12, settled=12, failed=12)
    settled = utc_now() - timedelta(minutes=1)
    for _ in range(12):
        offer = factories.make_offer(made.source, sync_status="failed")
        factories.make_job(
            made, offer.external_id, "failed", error_code="broken", settled_at=settled
        )
    db.session.commit()
    return made


@pytest.fixture
def retry(run: Run) -> Retry:
    """Over: some applied, some without success once more."""
    began = utc_now() - timedelta(minutes=3)
    made = Retry(
        agency_id=run.agency_id, source_id=run.source_id, state="finished", wanted=12, sent=11,
        left_alone=1, filters={"source": str(run.source_id), "sync": "failed"}, created_at=began,
        finished_at=began + timedelta(seconds=4),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    for number, job in enumerate(db.session.query(OfferJob).order_by(OfferJob.id)):
        job.state = "rejected" if number < 2 else "failed" if number < 4 else "done"
        db.session.add(RetryJob(retry_id=made.id, job_id=job.id, sent=number < 11))
    db.session.commit()
    return made


def test_pages_of_a_retry_have_no_axe_findings_and_fit_a_phone(
    agent: User, retry: Retry, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    addresses = {
        "retry-list": "/offers?sync=failed",
        "retry-ask": "/offers/retry?sync=failed",
        "retry-nothing": "/offers/retry?sync=ok",
        "retry": f"/retries/{retry.id}",
        "retry-cancel": f"/retries/{retry.id}/cancel",
    }
    for name, address in addresses.items():
        page.goto(address)
        look(page, name)
        assert_no_axe_findings(page)
    page.set_viewport_size({"width": 390, "height": 844})
    for address in addresses.values():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, address


@pytest.mark.usefixtures("run", "workers")
def test_offers_that_match_are_sent_again_to_the_end(agent: User, page: Page) -> None:
    log_in_page(page, agent)
    page.goto("/offers")
    page.get_by_label("Sync status").select_option(label="Failed")
    page.get_by_role("link", name="Retry all that match").click()
    page.get_by_role("button", name="Retry 12 offers").click()
    expect(page.get_by_text("12 of 12 offers have come to rest")).to_be_visible(timeout=40_000)
    expect(page.locator("#retry-live").get_by_text("Finished")).to_be_visible()


@pytest.mark.usefixtures("run")
def test_a_retry_is_begun_and_cancelled_without_scripts(agent: User, plain_page: Page) -> None:
    log_in_page(plain_page, agent)
    plain_page.goto("/offers/retry?sync=failed")
    plain_page.get_by_role("button", name="Retry 12 offers").click()
    expect(plain_page.get_by_text("0 of 12 offers have come to rest")).to_be_visible()
    plain_page.get_by_role("link", name="Cancel the retry").click()
    plain_page.get_by_role("button", name="Cancel the retry").click()
    expect(plain_page.locator("#retry-live").get_by_text("Cancelled")).to_be_visible()
