"""The log of deliveries, one delivery and a replay, as a person with a browser meets them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.browser.conftest import log_in_page
from tests.deliveries import make_delivery, make_delivery_job, make_replay, make_webhook, record
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import (
    Delivery,
    DeliveryRequest,
    DeliveryState,
    OfferJob,
    OfferProblem,
    Receipt,
    User,
    Webhook,
    utc_now,
)

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "User-Agent": "Lirio/2.1 (webhooks; +https://lirio.example)",
    "X-Api-Key": "***",
    "X-Request-Id": "0f8fad5b-d9cb-469f-a165-70867728950e-0f8fad5b-d9cb-469f-a165",
}


@pytest.fixture
def agent(session: scoped_session[Session]) -> User:
    return make_user(agency=make_agency("Costa Serena Homes"))


@pytest.fixture
def webhook(agent: User) -> Webhook:
    assert agent.agency is not None
    made = make_webhook(factories.make_source(agent.agency, "Lirio CRM"))
    db.session.commit()
    return made


@pytest.fixture
def delivery(webhook: Webhook) -> Delivery:
    """The last of one of each kind: with records of every end."""
    now = utc_now()
    causes = ("wrong_signature", "too_old", "rate_limited", "conflict")
    for minutes, cause in enumerate(causes):
        at = now - timedelta(minutes=90 - minutes)
        make_delivery(
            webhook, record("LR-1"), state=DeliveryState.REFUSED, cause=cause, http_status=401,
            received_at=at, finished_at=at, message_key=None,
        )  # fmt: skip
    make_delivery(
        webhook, b'{"listings": [', state=DeliveryState.UNREADABLE, cause="not_json",
        cause_detail="The body is no JSON: it ends in the middle, at character 14.",
        finished_at=now,
    )  # fmt: skip
    for state in (DeliveryState.WAITING, DeliveryState.FETCHING):
        make_delivery(webhook, record("LR-2"), state=state)
    for number in range(30):
        at = now - timedelta(seconds=1800 - 30 * number)
        make_delivery(
            webhook, record(f"LR-{number}"), state=DeliveryState.DONE, received_at=at,
            staged_at=at, finished_at=at + timedelta(milliseconds=180 + 7 * number), staged=1,
            settled=1, created=1, repeats=number % 7 // 5, repeated_at=at,
        )  # fmt: skip
    made = make_delivery(
        webhook, {"listings": [record("LR-40"), record("LR-41")]}, state=DeliveryState.DONE,
        received_at=now - timedelta(seconds=20), staged_at=now - timedelta(seconds=19.8),
        finished_at=now - timedelta(seconds=19.6), staged=3, settled=3, created=1, superseded=1,
        rejected=2, cause="offers_refused", repeats=2, repeated_at=now,
        message_key="id:msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
    )  # fmt: skip
    offer = factories.make_offer(webhook.source, "LR-40")
    times = {"created_at": made.staged_at, "settled_at": made.finished_at}
    job = make_delivery_job(made, "LR-40", outcome="created", **times)
    offer.job_id = job.id
    make_delivery_job(made, "LR-41", outcome="superseded", position=2, **times)
    refused = make_delivery_job(
        made, "LR-42-with-a-rather-long-number-of-the-vendor", "rejected", position=3,
        error_code="missing_price", **times,
    )  # fmt: skip
    for job_id, id, code, message in (
        (refused.id, refused.external_id, "missing_price", "There is no price in this record."),
        (None, "", "missing_id", "This record has no id, so it cannot be told apart."),
    ):
        db.session.add(
            OfferProblem(
                source_id=webhook.source_id, delivery_id=made.id, job_id=job_id, external_id=id,
                position=3, code=code, severity="error", field="deals", raw="", message=message,
            )
        )  # fmt: skip
    db.session.get_one(DeliveryRequest, made.id).headers = HEADERS
    db.session.add(
        Receipt(delivery_id=made.id, state="due", attempt=2, due_at=now + timedelta(minutes=4),
                error="https://lirio.example/receipts answered 503.")
    )  # fmt: skip
    db.session.commit()
    return made


def test_pages_of_deliveries_have_no_axe_findings(
    agent: User, delivery: Delivery, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    log = f"/sources/{delivery.source_id}/deliveries"
    replay = make_replay(
        db.session.get_one(Webhook, delivery.source_id), state="finished", wanted=12_480,
        replayed=12_480, finished_at=utc_now(),
    )  # fmt: skip
    db.session.commit()
    refused = db.session.scalars(
        select(OfferJob.id).where(OfferJob.delivery_id == delivery.id, OfferJob.position == 3)
    ).one()
    for name, address in {
        "delivery-record": f"/deliveries/{delivery.id}/records/{refused}",
        "deliveries": log,
        "deliveries-refused": f"{log}?state=refused",
        "deliveries-no-match": f"{log}?search=nothing",
        "delivery": f"/deliveries/{delivery.id}",
        "delivery-refused": f"/deliveries/{delivery.id - 37}",
        "delivery-accept": f"/deliveries/{delivery.id - 37}/accept",
        "delivery-unreadable": f"/deliveries/{delivery.id - 33}",
        "replay-ask": f"/sources/{delivery.source_id}/replay",
        "replay": f"/replays/{replay.id}",
        "replay-cancel": f"/replays/{replay.id}/cancel",
    }.items():
        page.goto(address)
        look(page, name)
        assert_no_axe_findings(page)


def test_an_empty_log_says_what_will_stand_there(
    agent: User, webhook: Webhook, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{webhook.source_id}/deliveries")
    expect(page.get_by_text("Nothing has come yet")).to_be_visible()
    look(page, "deliveries-empty")
    assert_no_axe_findings(page)


def test_nothing_is_wider_than_a_phone(agent: User, delivery: Delivery, page: Page) -> None:
    log_in_page(page, agent)
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (
        f"/sources/{delivery.source_id}/deliveries",
        f"/deliveries/{delivery.id}",
        f"/deliveries/{delivery.id - 33}",
        f"/deliveries/{delivery.id - 37}/accept",
        f"/sources/{delivery.source_id}/replay",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, address


def test_the_log_is_filtered_while_one_chooses(agent: User, delivery: Delivery, page: Page) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{delivery.source_id}/deliveries")
    page.get_by_label("State").select_option(label="Unreadable")
    expect(page.locator("#deliveries tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("state=unreadable"))
    page.get_by_role("link", name="Replay all that match").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Replay 1 delivery?")


def test_a_refused_delivery_is_accepted_after_a_question(
    agent: User, delivery: Delivery, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto(f"/deliveries/{delivery.id - 37}")
    page.get_by_role("link", name="Accept it after all").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Accept this delivery after all?")
    expect(page.get_by_text("Nothing proves who sent it.")).to_be_visible()
    page.get_by_role("button", name="Accept it with 1 record").press("Enter")
    expect(page.get_by_text("Accepted after all")).to_be_visible()
    expect(page.get_by_role("link", name="Accept it after all")).to_have_count(0)
    look(page, "delivery-accepted")
    assert_no_axe_findings(page)


def test_matching_deliveries_are_replayed_to_the_end(
    agent: User, delivery: Delivery, page: Page, workers: None
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{delivery.source_id}/deliveries?state=done")
    page.get_by_role("link", name="Replay all that match").click()
    page.get_by_role("button", name="Replay 31 deliveries").click()
    expect(page.get_by_text("31 of 31 deliveries replayed")).to_be_visible(timeout=40_000)
    expect(page.locator("#replay-live").get_by_text("Finished")).to_be_visible()


def test_one_delivery_is_replayed_after_a_question_and_without_scripts(
    agent: User, delivery: Delivery, page: Page, plain_page: Page
) -> None:
    log_in_page(plain_page, agent)
    plain_page.goto(f"/deliveries/{delivery.id}")
    plain_page.get_by_role("link", name="Replay").click()
    plain_page.get_by_role("button", name="Replay 1 delivery").click()
    expect(plain_page.get_by_text("0 of 1 delivery replayed")).to_be_visible()
    log_in_page(page, agent)
    page.goto(f"/deliveries/{delivery.id}")
    page.get_by_role("link", name="Replay").click()
    page.get_by_role("dialog").get_by_role("button", name="Replay").click()
    expect(page.get_by_text("are being replayed already")).to_be_visible()
