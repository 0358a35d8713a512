"""The vendor's pages: who may open them, what they say of a webhook and its deliveries, and tests
that are sent from them."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from tests.deliveries import make_delivery, make_webhook, record
from tests.factories import make_source
from tests.people import make_agency, make_user
from tests.webhook_schemes import ALL, SYMMETRIC, named
from webapp.extensions import db
from webapp.hooks.verification import RefusalCause
from webapp.models import Delivery, DeliveryRequest, DeliveryState, Webhook, utc_now
from webapp.services.webhook_addresses import end_guide_links, guide_token
from webapp.services.webhook_secrets import add_secret
from webapp.views.cause_words import CAUSES

Db = scoped_session[Session]
PAGES = ("", "/test", "/deliveries")


def make_door(name: str = "Lirio CRM", **settings: Any) -> Webhook:
    agency = make_agency(f"Agency of {name}")
    webhook = make_webhook(make_source(agency, name), **settings)
    db.session.commit()
    return webhook


@pytest.fixture
def webhook(session: Db) -> Webhook:
    return make_door()


def address(webhook: Webhook, page: str = "") -> str:
    return f"/hooks/{webhook.public_id}/guide/{guide_token(webhook)}{page}"


def send_test(client: FlaskClient, webhook: Webhook, body: str, what: str) -> TestResponse:
    page = client.get(address(webhook, "/test")).text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "body": body, "content_type": "application/json", "what": what}
    return client.post(address(webhook, "/test"), data=form)


def signing_door(scheme: str = "standard-webhooks") -> Webhook:
    settings, secret = SYMMETRIC[scheme]
    webhook = make_door(**named(settings))
    una = make_user("una@l.example", "Una Prado", agency=webhook.source.agency)
    add_secret(webhook, una, typed=secret)
    db.session.commit()
    return webhook


@pytest.mark.parametrize("page", PAGES)
def test_the_link_opens_a_page_without_an_account(
    client: FlaskClient, webhook: Webhook, page: str
) -> None:
    answer = client.get(address(webhook, page))
    assert answer.status_code == 200
    assert "Lirio CRM" in answer.text
    assert "Agency of" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize("page", PAGES)
def test_another_link_opens_nothing(client: FlaskClient, webhook: Webhook, page: str) -> None:
    other = make_door("Faro Export")
    for token in ("x", guide_token(webhook)[:-1], guide_token(other), "é"):
        answer = client.get(f"/hooks/{webhook.public_id}/guide/{token}{page}")
        assert answer.status_code == 404
        assert "Lirio CRM" not in answer.text


def test_links_given_out_before_can_be_ended(client: FlaskClient, webhook: Webhook) -> None:
    before = address(webhook)
    una = make_user("una@l.example", "Una Prado", agency=webhook.source.agency)
    end_guide_links(webhook, una)
    db.session.commit()
    ended = client.get(before)
    assert ended.status_code == 404
    assert "Ask the agency" in ended.text
    assert client.get(address(webhook)).status_code == 200


@pytest.mark.parametrize("scheme", ALL)
def test_the_page_tells_of_each_scheme_and_never_its_secret(
    client: FlaskClient, session: Db, scheme: str
) -> None:
    settings, secret = ALL[scheme]
    webhook = make_door(**named(settings))
    una = make_user("una@l.example", "Una Prado", agency=webhook.source.agency)
    add_secret(webhook, una, typed=secret)
    db.session.commit()
    for language in ("curl", "python", "php", "node", "nonsense"):
        answer = client.get(address(webhook, f"?language={language}"))
        assert answer.status_code == 200
        assert f"/hooks/{webhook.public_id}" in answer.text
        assert "YOUR_SECRET" in answer.text
        assert secret not in answer.text


def test_the_page_says_what_the_settings_ask_for(client: FlaskClient, session: Db) -> None:
    webhook = make_door(
        records_at="data.offers", version_at="changed_at", max_bytes=2_000_000,
        rate_per_minute=120, allowed_networks=["203.0.113.0/24"],
        withdrawn_when=[{"path": "event", "equals": "deleted"}],
        receipt_url="https://lirio.example/receipts?key=s3cret",
    )  # fmt: skip
    text = client.get(address(webhook)).text
    assert "s3cret" not in text
    for words in (
        "<code>data.offers</code>", "<code>changed_at</code>", "2 MB", "120", "203.0.113.0/24",
        "event", "deleted", "https://lirio.example/receipts?key=***",
    ):  # fmt: skip
        assert words in text, words


def test_names_of_the_vendor_are_written_as_text(client: FlaskClient, session: Db) -> None:
    webhook = make_door(name="<i>Lirio</i>", key_name="X-<b>Key</b>")
    text = client.get(address(webhook)).text
    assert "<i>" not in text
    assert "<b>" not in text


@pytest.mark.parametrize("cause", RefusalCause)
def test_every_cause_of_a_refusal_is_explained(
    client: FlaskClient, webhook: Webhook, cause: RefusalCause
) -> None:
    make_delivery(
        webhook, b"{}", state=DeliveryState.REFUSED, cause=cause, message_key=None,
        http_status=401, finished_at=utc_now(),
    )  # fmt: skip
    db.session.commit()
    what, what_to_do = CAUSES[cause]
    text = client.get(address(webhook, "/deliveries")).text
    assert str(what) in text
    assert str(what_to_do) in text


def test_deliveries_of_others_stay_hidden(client: FlaskClient, webhook: Webhook) -> None:
    other = make_delivery(make_door("Faro Export"), record("F1"))
    db.session.commit()
    assert f"/deliveries/{other.id}" not in client.get(address(webhook, "/deliveries")).text
    for id in (other.id, 2**70):
        assert client.get(address(webhook, f"/deliveries/{id}")).status_code == 404


def test_a_body_is_shown_as_text(client: FlaskClient, webhook: Webhook) -> None:
    delivery = make_delivery(webhook, b"<script>alert(1)</script>" + b"x" * 40_000)
    db.session.commit()
    text = client.get(address(webhook, f"/deliveries/{delivery.id}")).text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    assert len(text) < 40_000


def test_a_check_says_what_would_happen_and_stores_nothing(
    client: FlaskClient, session: Db
) -> None:
    webhook = signing_door()
    answer = send_test(client, webhook, '[{"id": "A1", "price": "much"}]', "check")
    assert answer.status_code == 200
    assert "Would be created" in answer.text
    assert "“much” is not a number" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0


@pytest.mark.parametrize("scheme", SYMMETRIC)
def test_a_test_comes_in_by_the_same_door(client: FlaskClient, session: Db, scheme: str) -> None:
    webhook = signing_door(scheme)
    answer = send_test(client, webhook, '{"id": "A1", "price": 5}', "deliver")
    assert answer.status_code == 303
    delivery = db.session.scalars(select(Delivery)).one()
    assert (delivery.state, delivery.http_status) == (DeliveryState.ACCEPTED, 202)
    assert f"/deliveries/{delivery.id}" in answer.location
    assert "a test" in client.get(answer.location).text
    assert "test" in client.get(address(webhook, "/deliveries")).text
    kept = db.session.get_one(DeliveryRequest, delivery.id).headers
    assert SYMMETRIC[scheme][1] not in str(kept)


def test_a_test_that_the_door_refuses_says_why(client: FlaskClient, session: Db) -> None:
    webhook = signing_door()
    webhook.settings = webhook.settings | {"allowed_networks": ["203.0.113.0/24"]}
    db.session.commit()
    for what in ("check", "deliver"):
        answer = send_test(client, webhook, '{"id": "A1"}', what)
        assert "401" in answer.text
        assert str(CAUSES["wrong_address"][0]) in answer.text


def test_without_a_secret_a_test_is_only_checked(client: FlaskClient, webhook: Webhook) -> None:
    checked = send_test(client, webhook, '{"id": "A1", "price": 5}', "check")
    assert "Would be created" in checked.text
    refused = send_test(client, webhook, '{"id": "A1", "price": 5}', "deliver")
    assert refused.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_an_empty_or_too_large_test_comes_back(client: FlaskClient, webhook: Webhook) -> None:
    for body in ("", "x" * 300_000):
        answer = send_test(client, webhook, body, "check")
        assert answer.status_code == 422
        assert "<title>Error:" in answer.text


def test_a_form_of_another_site_sends_nothing(client: FlaskClient, session: Db) -> None:
    webhook = signing_door()
    form = {"body": "{}", "content_type": "application/json", "what": "deliver"}
    crossed = client.post(
        address(webhook, "/test"), data=form, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert crossed.status_code == 403
    assert client.post(address(webhook, "/test"), data=form).status_code == 400
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0
