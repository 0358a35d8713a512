"""A source that is nothing but a webhook, set up in a browser: opened, sent to by the real door,
looked at, activated; its pages in both themes, on a phone, without scripts."""

import re
import time
from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.browser.conftest import log_in_page
from tests.factories import make_source
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Offer, User, Webhook, utc_now
from webapp.services.webhook_secrets import add_secret
from webapp.services.webhooks import open_webhook
from webapp.webhooks import WebhookSettings

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]

WORKED = 30_000
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def agent(session: scoped_session[Session]) -> User:
    return make_user(agency=make_agency("Costa Serena Homes"))


def house(number: int) -> dict[str, object]:
    return {
        "property_id": f"LR{number}", "price": 100_000 + number, "currency": "EUR",
        "town": "Puerto Lirio", "bedrooms": number, "property_type": "villa",
        "title": f"Bright villa {number}", "description": "By the lighthouse, with a garden.",
    }  # fmt: skip


def sent(door: str, body: dict[str, object], key: str) -> int:
    return requests.post(door, json=body, headers={"X-Api-Key": key}, timeout=30).status_code


def test_a_webhook_becomes_offers_without_a_feed(
    agent: User,
    live_server: str,
    workers: None,
    page: Page,
    assert_no_axe_findings: Check,
    keep_look: Look,
) -> None:
    # The workers are only just starting beside it.
    page.set_default_timeout(WORKED)
    log_in_page(page, agent)
    page.goto("/sources/new")
    page.get_by_role("link", name="The vendor sends webhooks").click()
    page.get_by_label("Name", exact=True).fill("Lirio CRM")
    page.get_by_label("A key in a header").check()
    keep_look(page, "webhook-open")
    assert_no_axe_findings(page)
    page.get_by_role("button", name="Open the webhook").click()
    secret = page.get_by_label("Secret", exact=True).input_value()
    keep_look(page, "webhook-secret")
    assert_no_axe_findings(page)
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_text("Waiting for the first delivery")).to_be_visible()
    keep_look(page, "webhook-waiting")
    assert_no_axe_findings(page)
    address = page.get_by_role("textbox", name="Address of the webhook").input_value()
    door = live_server + address[address.index("/hooks/") :]
    assert sent(door, house(1), "wrong") == 401
    assert [sent(door, house(number), secret) for number in (1, 2, 3)] == [202] * 3
    expect(page.get_by_role("button", name="Look at what came")).to_be_visible()
    keep_look(page, "webhook-came")
    assert_no_axe_findings(page)
    page.get_by_role("button", name="Look at what came").click()
    page.get_by_role("button", name="Go on to the mapping").click()
    expect(page).to_have_url(re.compile("/mapping$"))
    page.get_by_role("link", name="When and how").click()
    expect(page.get_by_text("Every delivery is applied as it comes")).to_be_visible()
    keep_look(page, "webhook-how")
    assert_no_axe_findings(page)
    page.get_by_role("link", name="Go on to the dry run").click()
    page.get_by_role("button", name="Start the dry run").click()
    expect(page.get_by_text("Nothing was written.")).to_be_visible()
    keep_look(page, "webhook-dry-run")
    assert_no_axe_findings(page)
    page.get_by_role("button", name="Activate", exact=True).click()
    expect(page.get_by_text("is set up. What came so far is applied now.")).to_be_visible()
    page.get_by_role("link", name="Offers", exact=True).last.click()
    applied, until = page.get_by_role("cell", name=re.compile("^LR")), time.monotonic() + 30
    while applied.count() < 3 and time.monotonic() < until:
        page.reload()
    expect(page.get_by_role("cell", name="LR3", exact=True)).to_be_visible()
    page.get_by_role("link", name="Overview", exact=True).last.click()
    keep_look(page, "webhook-source")
    assert_no_axe_findings(page)
    db.session.rollback()
    assert sorted(db.session.scalars(select(Offer.external_id))) == ["LR1", "LR2", "LR3"]


@pytest.fixture
def webhook(agent: User) -> Webhook:
    assert agent.agency is not None
    source = make_source(agent.agency, "Lirio CRM")
    settings = WebhookSettings(receipt_url="https://lirio.example/told")
    webhook = open_webhook(source, settings, agent)
    add_secret(webhook, agent)
    add_secret(webhook, agent, others_until=utc_now().replace(year=2099))
    db.session.commit()
    return webhook


@pytest.mark.parametrize("rest", ["", "/settings", "/close"])
def test_the_pages_of_a_webhook_have_no_axe_findings_in_either_theme_or_on_a_phone(
    agent: User,
    webhook: Webhook,
    page: Page,
    rest: str,
    assert_no_axe_findings: Check,
    keep_look: Look,
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{webhook.source_id}/webhook{rest}")
    keep_look(page, f"webhook-page{rest.replace('/', '-')}")
    assert_no_axe_findings(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]


def test_the_settings_show_what_the_chosen_proof_needs(
    agent: User, webhook: Webhook, page: Page, keep_look: Look, assert_no_axe_findings: Check
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{webhook.source_id}/webhook/settings")
    expect(page.get_by_label("Header of the signature")).to_be_hidden()
    page.get_by_label("What proves that it is the vendor").select_option("hmac")
    expect(page.get_by_label("Header of the signature")).to_be_visible()
    page.get_by_label("What a delivery holds").select_option("ids")
    expect(page.get_by_label("Where the offers are in it")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    summary = page.get_by_role("alert").filter(has_text="thing")
    expect(summary).to_be_focused()
    keep_look(page, "webhook-settings-wrong")
    assert_no_axe_findings(page)


def test_a_webhook_is_opened_and_given_a_secret_without_scripts(
    agent: User, plain_page: Page
) -> None:
    page = plain_page
    log_in_page(page, agent)
    page.goto("/sources/new/webhook")
    page.get_by_label("Name", exact=True).fill("Lirio CRM")
    page.get_by_role("button", name="Open the webhook").click()
    assert page.get_by_label("Secret", exact=True).input_value().startswith("whsec_")
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("link", name="Look whether something came").click()
    page.get_by_role("button", name="Make a new secret").click()
    assert page.get_by_label("Secret", exact=True).input_value().startswith("whsec_")
