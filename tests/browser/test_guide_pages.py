"""The vendor's pages in a browser: without an account, in both themes, on a phone, no scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session, scoped_session

from tests.deliveries import make_delivery, make_webhook, record
from tests.factories import make_source
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import DeliveryState, OfferJob, OfferProblem, Webhook, utc_now
from webapp.services.webhook_addresses import guide_token
from webapp.services.webhook_secrets import add_secret

PAGES = ("", "/deliveries", "/test")


@pytest.fixture
def webhook(session: scoped_session[Session]) -> Webhook:
    """With deliveries of every verdict."""
    agency = make_agency("Costa Serena Homes")
    webhook = make_webhook(make_source(agency, "Lirio CRM"), scheme="standard-webhooks")
    add_secret(webhook, make_user("una@l.example", "Una Prado", agency=agency))
    refused = {"state": DeliveryState.REFUSED, "finished_at": utc_now(), "message_key": None}
    make_delivery(webhook, record("A1"), state=DeliveryState.DONE, staged=1, settled=1, created=1)
    make_delivery(webhook, record("A2"), cause="wrong_signature", http_status=401, **refused)
    make_delivery(webhook, b"x" * 5, cause="rate_limited", http_status=429, **refused)
    make_delivery(
        webhook, b'{"id": ', state=DeliveryState.UNREADABLE, cause="not_json",
        cause_detail="The body is not JSON: it ends in the middle.",
    )  # fmt: skip
    make_delivery(webhook, record("A5"), state=DeliveryState.WAITING)
    make_mixed_delivery(webhook)
    db.session.commit()
    return webhook


def make_mixed_delivery(webhook: Webhook) -> None:
    """Some of its records were refused."""
    delivery = make_delivery(
        webhook, [record("A6"), record("A7", price="POA"), {"price": 5}],
        state=DeliveryState.DONE, cause="offers_refused", staged=2, settled=2, created=1,
        rejected=2, finished_at=utc_now(), repeats=2, repeated_at=utc_now(),
    )  # fmt: skip
    shared = {"delivery_id": delivery.id, "source_id": webhook.source_id}
    every_job = {
        "sequence": 1, "raw_hash": b"r" * 16, "attempt": 1, "settled_at": utc_now(), **shared,
    }  # fmt: skip
    used = OfferJob(external_id="A6", position=1, state="done", outcome="created", **every_job)
    refused = OfferJob(
        external_id="A7", position=2, state="rejected", error_code="missing_required",
        **every_job,
    )  # fmt: skip
    db.session.add_all([used, refused])
    db.session.flush()
    db.session.add_all(
        [
            OfferProblem(
                external_id="A7", job_id=refused.id, position=2, code="missing_required",
                severity="error", field="type", raw="<b>POA</b>",
                message="The type is missing, and an offer cannot do without it.", **shared,
            ),
            OfferProblem(
                external_id="", position=3, code="missing_id", severity="error", raw="",
                field="external_id", **shared,
                message="This record has no id, so it cannot be told apart from the others.",
            ),
        ]
    )  # fmt: skip


def address(webhook: Webhook, page: str = "") -> str:
    return f"/hooks/{webhook.public_id}/guide/{guide_token(webhook)}{page}"


@pytest.mark.parametrize("page_name", PAGES)
def test_a_page_has_no_axe_findings(
    page: Page,
    webhook: Webhook,
    page_name: str,
    assert_no_axe_findings: Callable[[Page], None],
    look: Callable[[Page, str], None],
) -> None:
    page.goto(address(webhook, page_name))
    assert_no_axe_findings(page)
    look(page, f"guide{page_name.replace('/', '-')}")


def test_a_page_fits_a_phone(page: Page, webhook: Webhook) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for page_name in PAGES:
        page.goto(address(webhook, page_name))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, page_name


def test_a_delivery_says_what_is_wrong_with_each_record(
    page: Page,
    webhook: Webhook,
    assert_no_axe_findings: Callable[[Page], None],
    look: Callable[[Page, str], None],
) -> None:
    page.goto(address(webhook, "/deliveries"))
    expect(page.get_by_role("row", name="401")).to_contain_text("doesn’t match")
    page.get_by_role("row", name="some refused").get_by_role("link").click()
    expect(page.get_by_role("row", name="A7")).to_contain_text("The type is missing")
    expect(page.get_by_role("row", name="without id")).to_contain_text("no id")
    page.get_by_text("Body", exact=True).click()
    assert_no_axe_findings(page)
    look(page, "guide-delivery")


def test_the_example_is_copied_in_the_chosen_language(
    page: Page, webhook: Webhook, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address(webhook))
    page.get_by_role("link", name="Python").click()
    expect(page.locator("#example-code")).to_contain_text("import hashlib")
    page.locator("#example").get_by_role("button", name="Copy").click()
    expect(page.locator("#example").get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("import base64")
    assert f"/hooks/{webhook.public_id}" in copied


def test_the_pages_work_without_scripts(plain_page: Page, webhook: Webhook) -> None:
    plain_page.goto(address(webhook))
    plain_page.get_by_role("link", name="PHP").click()
    expect(plain_page.locator("#example-code")).to_contain_text("<?php")
    plain_page.get_by_role("link", name="Deliveries").click()
    expect(plain_page.get_by_role("table")).to_be_visible()


def test_a_test_is_checked_and_then_delivered(
    page: Page,
    webhook: Webhook,
    assert_no_axe_findings: Callable[[Page], None],
    look: Callable[[Page, str], None],
) -> None:
    page.goto(address(webhook, "/test"))
    body = page.get_by_label("Body")
    body.fill('[{"id": "A1", "price": "much"}, {"price": 5}]')
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_role("heading", name="What came of it")).to_be_focused()
    expect(page.get_by_role("row", name="A1")).to_contain_text("“much” is not a number")
    expect(page.get_by_role("row", name="without id")).to_contain_text("Would be refused")
    assert_no_axe_findings(page)
    look(page, "guide-test-checked")
    page.get_by_label("Deliver it").check()
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_role("heading", name="a test")).to_be_visible()
    expect(page.get_by_text("The test is delivered.")).to_be_visible()


def test_an_empty_test_comes_back_with_what_to_correct(
    page: Page, webhook: Webhook, assert_no_axe_findings: Callable[[Page], None]
) -> None:
    page.goto(address(webhook, "/test"))
    page.get_by_label("Body").fill("")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_role("alert").filter(has_text="One thing to correct")).to_be_focused()
    assert_no_axe_findings(page)
