"""The pages of a webhook: opened with a secret that is shown once, changed, rotated, closed."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from tests.factories import make_source
from tests.people import log_in, make_agency, make_user
from webapp.extensions import db
from webapp.models import Source, SourceStatus, User, Webhook, utc_now
from webapp.services.credentials import CredentialsUnreadable
from webapp.services.webhook_secrets import add_secret, live_secrets, secrets_in
from webapp.services.webhook_settings import set_settings, settings_of, whole_settings
from webapp.services.webhooks import open_webhook
from webapp.views.forms.webhook_settings import fields_of
from webapp.webhooks import WebhookSettings

Db = scoped_session[Session]


@pytest.fixture
def agent(session: Db, client: FlaskClient) -> User:
    agent = make_user(agency=make_agency("Costa Serena Homes"))
    log_in(client, agent)
    return agent


@pytest.fixture
def webhook(agent: User) -> Webhook:
    assert agent.agency is not None
    webhook = open_webhook(make_source(agent.agency), WebhookSettings(), agent)
    add_secret(webhook, agent)
    db.session.commit()
    return webhook


def page_of(webhook: Webhook, rest: str = "") -> str:
    return f"/sources/{webhook.source_id}/webhook{rest}"


def fresh(webhook: Webhook) -> Webhook:
    db.session.rollback()
    return db.session.get_one(Webhook, webhook.source_id, populate_existing=True)


def shown_secret(html: str) -> str:
    found = re.search(r'id="secret" value="([^"]+)"', html)
    assert found is not None
    return found[1]


def test_a_new_source_is_opened_with_a_secret_that_is_shown_once(
    client: FlaskClient, agent: User
) -> None:
    assert "The vendor sends webhooks" in client.get("/sources/new").text
    answer = client.post("/sources/new/webhook", data={"name": "Lirio CRM", "sender": "github"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    secret = shown_secret(answer.text)
    source = db.session.query(Source).one()
    assert source.status == SourceStatus.SETUP
    webhook = db.session.get_one(Webhook, source.id)
    assert settings_of(webhook).header == "X-Hub-Signature-256"
    assert live_secrets(webhook, utc_now()) == (secret,)
    page = client.get(f"/sources/{source.id}/setup", follow_redirects=True)
    assert page.request.path == page_of(webhook)
    assert f"/hooks/{webhook.public_id}" in page.text
    assert "/guide/" in page.text
    assert secret not in page.text


def test_a_secret_that_the_scheme_cannot_use_is_refused_with_the_form(
    client: FlaskClient, agent: User
) -> None:
    form = {"name": "Lirio CRM", "sender": "standard", "typed_secret": "no base64 at all!"}
    answer = client.post("/sources/new/webhook", data=form)
    assert answer.status_code == 422
    assert "copy it whole" in answer.text
    assert db.session.query(Source).count() == 0


def test_a_source_with_a_feed_gets_a_webhook_beside_it(client: FlaskClient, agent: User) -> None:
    assert agent.agency is not None
    source = make_source(agent.agency)
    db.session.commit()
    led = client.get(f"/sources/{source.id}/webhook")
    assert led.headers["Location"] == f"/sources/{source.id}/webhook/open"
    answer = client.post(f"/sources/{source.id}/webhook/open", data={"sender": "api-key"})
    assert shown_secret(answer.text)
    assert db.session.get_one(Webhook, source.id).settings["scheme"] == "api-key"
    again = client.post(f"/sources/{source.id}/webhook/open", data={"sender": "basic"})
    assert again.headers["Location"] == f"/sources/{source.id}/webhook"


def test_a_new_secret_leaves_the_old_one_good_for_a_day(
    client: FlaskClient, webhook: Webhook
) -> None:
    [old] = live_secrets(webhook, utc_now())
    answer = client.post(page_of(webhook, "/secret"), data={"old_until": "24", "typed_secret": ""})
    new = shown_secret(answer.text)
    changed = fresh(webhook)
    assert live_secrets(changed, utc_now() + timedelta(hours=23)) == (new, old)
    assert live_secrets(changed, utc_now() + timedelta(hours=25)) == (new,)
    page = client.get(page_of(webhook))
    assert page.text.count("End it now:") == 2
    assert new not in page.text
    refused = client.post(page_of(webhook, "/secret"), data={"old_until": "24"})
    assert refused.status_code == 303
    assert len(secrets_in(fresh(webhook).secrets)) == 2


def test_one_of_two_secrets_is_ended_at_once(client: FlaskClient, webhook: Webhook) -> None:
    client.post(page_of(webhook, "/secret"), data={"old_until": "168"})
    new, old = secrets_in(fresh(webhook).secrets)
    client.post(page_of(webhook, "/secret/end"), data={"created_at": old.created_at.isoformat()})
    assert live_secrets(fresh(webhook), utc_now()) == (new.value,)
    nonsense = client.post(page_of(webhook, "/secret/end"), data={"created_at": "yesterday"})
    assert nonsense.status_code == 303


def settings_form(webhook: Webhook, **changes: str) -> dict[str, str]:
    """What the page of the settings would send, with changes."""
    shown = fields_of(settings_of(webhook))
    typed = {
        name: "\n".join(value) if isinstance(value, list) else str(value)
        for name, value in shown.items()
        if value not in (None, False)
    }
    return typed | changes


def test_the_settings_are_kept_as_they_were_typed(client: FlaskClient, webhook: Webhook) -> None:
    answer = client.post(
        page_of(webhook, "/settings"),
        data=settings_form(
            webhook, scheme="hmac", header="X-Lirio-Signature", records_at="data.offers",
            header_values="#event = type", withdrawn_when="#event = gone, deleted\nremoved_at",
            version_at="changed", allowed_networks="203.0.113.0/24\n", max_kilobytes="64",
            paused_answer="refuse", partial="y", receipt_url="https://lirio.example/told",
        ),
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    kept = settings_of(fresh(webhook))
    assert (kept.scheme, kept.header, kept.records_at) == (
        "hmac", "X-Lirio-Signature", "data.offers",
    )  # fmt: skip
    assert kept.header_values == {"#event": "type"}
    assert [condition.model_dump(exclude_none=True) for condition in kept.withdrawn_when] == [
        {"path": "#event", "in_": ("gone", "deleted")}, {"path": "removed_at", "exists": True},
    ]  # fmt: skip
    assert (kept.max_bytes, kept.paused_answer, kept.partial) == (65_536, "refuse", True)
    assert kept.allowed_networks == ("203.0.113.0/24",)
    page = client.get(page_of(webhook, "/settings")).text
    assert "#event = gone, deleted\nremoved_at</textarea>" in page
    assert "Make the secret for receipts" in client.get(page_of(webhook)).text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("scheme", "hmac", "in which header the signature stands"),
        ("allowed_networks", "everywhere", "is no address or network"),
        ("withdrawn_when", "= gone", "write a path"),
        ("header_values", "type", "write a name"),
        ("shape", "ids", "must have {id} in it"),
        ("max_kilobytes", "99999", "from 1 to 10,240"),
        ("receipt_url", "ftp://lirio.example", "is no web address"),
        ("version_at", "[[", "version_at"),
        ("tolerance", "5", "from 10 to 86,400"),
    ],
)
def test_settings_that_make_no_sense_come_back_with_what_is_wrong(
    client: FlaskClient, webhook: Webhook, field: str, typed: str, words: str
) -> None:
    form = settings_form(webhook, **{field: typed})
    answer = client.post(page_of(webhook, "/settings"), data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'class="error-summary"' in answer.text
    assert fresh(webhook).settings == {}


def test_another_address_and_other_links_are_asked_for_first(
    client: FlaskClient, webhook: Webhook
) -> None:
    was, version = webhook.public_id, webhook.guide_version
    for rest in ("/address", "/links", "/close"):
        assert client.get(page_of(webhook, rest)).status_code == 200
    assert fresh(webhook).public_id == was
    client.post(page_of(webhook, "/address"))
    client.post(page_of(webhook, "/links"))
    assert fresh(webhook).public_id != was
    assert fresh(webhook).guide_version == version + 1
    assert client.post(f"/hooks/{was}", data=b"{}").status_code == 401


def test_a_closed_webhook_is_gone(client: FlaskClient, webhook: Webhook) -> None:
    answer = client.post(page_of(webhook, "/close"))
    assert answer.headers["Location"] == f"/sources/{webhook.source_id}"
    db.session.rollback()
    assert db.session.query(Webhook).count() == 0


def test_the_secret_of_receipts_is_shown_once(client: FlaskClient, webhook: Webhook) -> None:
    answer = client.post(page_of(webhook, "/receipt-secret"))
    assert shown_secret(answer.text).startswith("whsec_")
    assert client.get(page_of(webhook, "/receipt-secret")).status_code == 303


def test_a_webhook_that_is_closed_to_strangers_says_why(
    client: FlaskClient, webhook: Webhook
) -> None:
    webhook.closed_reason = "wrong_signature"
    webhook.closed_until = utc_now() + timedelta(minutes=15)
    db.session.commit()
    assert "Most of them: The signature or key doesn’t match." in client.get(page_of(webhook)).text
    webhook.closed_until = utc_now() - timedelta(minutes=1)
    db.session.commit()
    assert "Most of them" not in client.get(page_of(webhook)).text


def test_while_a_source_is_set_up_the_page_asks_for_what_came(
    client: FlaskClient, agent: User
) -> None:
    made = client.post("/sources/new/webhook", data={"name": "Lirio CRM", "sender": "api-key"})
    secret = shown_secret(made.text)
    webhook = db.session.query(Webhook).one()
    asked = client.get(page_of(webhook, "/came"), headers={"HX-Request": "true"})
    assert "Waiting for the first delivery" in asked.text
    assert 'hx-trigger="every 3s"' in asked.text
    client.post(f"/hooks/{webhook.public_id}", json={"id": "A1"}, headers={"X-Api-Key": "wrong"})
    client.post(f"/hooks/{webhook.public_id}", json={"id": "A1"}, headers={"X-Api-Key": secret})
    asked = client.get(page_of(webhook, "/came"), headers={"HX-Request": "true"})
    assert "Kept for later" in asked.text
    assert "doesn’t match" in asked.text
    assert "Look at what came" in asked.text


def test_the_activity_tells_what_was_done_in_words_and_without_secrets(
    client: FlaskClient, webhook: Webhook
) -> None:
    client.post(page_of(webhook, "/secret"), data={"old_until": "24"})
    secrets = live_secrets(fresh(webhook), utc_now())
    client.post(page_of(webhook, "/settings"), data=settings_form(webhook, records_at="offers"))
    client.post(page_of(webhook, "/address"))
    text = client.get(f"/sources/{webhook.source_id}/activity").text
    for words in (
        "Opened a webhook", "Gave the webhook a new secret", "Changed the webhook",
        "Gave the webhook a new address", "The secret before is good until", "offers",
    ):  # fmt: skip
        assert words in text
    assert not any(secret in text for secret in secrets)


def test_a_source_that_only_listens_is_given_a_feed_in_its_settings(
    client: FlaskClient, webhook: Webhook
) -> None:
    source = webhook.source
    source.location = ""
    db.session.commit()
    shown = client.get(f"/sources/{source.id}").text
    assert "Run now" not in shown and "It has no feed to read" in shown
    form = {
        "name": "Lirio CRM", "location": "https://feeds.example/lirio.xml", "absent_runs": "2",
        "hold_percent": "15", "semantics": "snapshot", "schedule_kind": "manual",
        "timezone": "Europe/Madrid",
    }  # fmt: skip
    answer = client.post(f"/sources/{source.id}/edit", data=form)
    assert answer.status_code == 303, answer.text
    shown = client.get(f"/sources/{source.id}").text
    assert "Run now" in shown and "The vendor sends every change at once" in shown


ADDRESS = "https://lirio.example/told?token=t0ps3cret&agency=7"
MASKED = ADDRESS.replace("t0ps3cret", "***")


def test_a_secret_in_an_address_is_encrypted_and_stays_when_the_page_is_saved(
    client: FlaskClient, webhook: Webhook
) -> None:
    page = page_of(webhook, "/settings")
    client.post(page, data=settings_form(webhook, receipt_url=ADDRESS))
    stored = fresh(webhook)
    assert settings_of(stored).receipt_url == MASKED
    assert "t0ps3cret" not in f"{stored.settings} {stored.hidden_addresses}"
    assert "t0ps3cret" not in client.get(page).text
    answer = client.post(page, data=settings_form(webhook, max_kilobytes="64"))
    assert answer.status_code == 303
    assert whole_settings(fresh(webhook)).receipt_url == ADDRESS
    assert settings_of(fresh(webhook)).max_bytes == 65_536


def test_another_secret_in_an_address_is_told_and_not_shown(
    client: FlaskClient, webhook: Webhook
) -> None:
    page = page_of(webhook, "/settings")
    client.post(page, data=settings_form(webhook, receipt_url=ADDRESS))
    other = ADDRESS.replace("t0ps3cret", "an0ther")
    client.post(page, data=settings_form(webhook, receipt_url=other))
    assert whole_settings(fresh(webhook)).receipt_url == other
    activity = client.get(f"/sources/{webhook.source_id}/activity").text
    assert "Key in an address" in activity
    assert "t0ps3cret" not in activity and "an0ther" not in activity
    client.post(page, data=settings_form(webhook, receipt_url=""))
    assert fresh(webhook).hidden_addresses is None


def test_a_masked_address_leads_nowhere_else(client: FlaskClient, webhook: Webhook) -> None:
    page = page_of(webhook, "/settings")
    client.post(page, data=settings_form(webhook, receipt_url=ADDRESS))
    elsewhere = MASKED.replace("lirio", "faro")
    answer = client.post(page, data=settings_form(webhook, receipt_url=elsewhere))
    assert answer.status_code == 422
    assert "type the whole address" in answer.text
    assert whole_settings(fresh(webhook)).receipt_url == ADDRESS


def test_the_id_stands_behind_the_name_of_the_server(client: FlaskClient, webhook: Webhook) -> None:
    form = settings_form(
        webhook, shape="ids", ids_at="ids", detail_url="https://{id}.lirio.example/offer"
    )
    answer = client.post(page_of(webhook, "/settings"), data=form)
    assert answer.status_code == 422
    assert "only behind the name of the server" in answer.text


def test_an_address_that_came_masked_has_to_be_typed(client: FlaskClient, webhook: Webhook) -> None:
    set_settings(webhook, WebhookSettings(receipt_url=MASKED))
    db.session.commit()
    with pytest.raises(CredentialsUnreadable):
        whole_settings(webhook)
    assert "isn’t known whole" in client.get(page_of(webhook)).text
    answer = client.post(page_of(webhook, "/settings"), data=settings_form(webhook))
    assert answer.status_code == 422
