"""A webhook's life and its secrets: shown once, at most two good at a time, nothing in the log."""

from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.factories import make_source
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import AuditEntry, Source, User, Webhook, utc_now
from webapp.services.webhook_secrets import (
    TooManySecrets,
    add_secret,
    end_secret,
    live_secrets,
    secrets_in,
)
from webapp.services.webhooks import (
    WebhookAlreadyOpen,
    change_webhook,
    close_webhook,
    open_webhook,
    renew_public_id,
    webhook_of,
)
from webapp.standard_webhooks import secret_key
from webapp.webhooks import WebhookSettings

Db = scoped_session[Session]


@pytest.fixture
def user(session: Db) -> User:
    return make_user(agency=make_agency())


@pytest.fixture
def source(user: User) -> Source:
    assert user.agency is not None
    return make_source(user.agency)


def opened(source: Source, user: User, **settings: str) -> tuple[Webhook, str]:
    webhook = open_webhook(source, WebhookSettings.model_validate(settings), user)
    return webhook, add_secret(webhook, user)


def test_a_new_webhook_has_one_secret_that_its_scheme_can_use(source: Source, user: User) -> None:
    webhook, secret = opened(source, user)
    assert secret.startswith("whsec_")
    assert len(secret_key(secret) or b"") == 32
    assert live_secrets(webhook, utc_now()) == (secret,)
    assert secret not in (webhook.secrets or "")
    assert len(webhook.public_id) >= 24


def test_before_it_has_a_secret_nobody_is_let_in(source: Source, user: User) -> None:
    webhook = open_webhook(source, WebhookSettings(), user)
    assert live_secrets(webhook, utc_now()) == ()


def test_in_a_rotation_the_old_secret_is_good_until_the_moment_that_was_chosen(
    source: Source, user: User
) -> None:
    webhook, old = opened(source, user)
    now = utc_now()
    new = add_secret(webhook, user, others_until=now + timedelta(hours=24))
    assert live_secrets(webhook, now + timedelta(hours=23)) == (new, old)
    assert live_secrets(webhook, now + timedelta(hours=25)) == (new,)


def test_without_a_moment_the_old_secret_ends_at_once(source: Source, user: User) -> None:
    webhook, _old = opened(source, user)
    new = add_secret(webhook, user, typed="typed-by-the-vendor")
    assert new == "typed-by-the-vendor"
    assert live_secrets(webhook, utc_now()) == (new,)


def test_a_third_secret_is_refused_until_one_of_the_two_has_ended(
    source: Source, user: User
) -> None:
    webhook, old = opened(source, user)
    tomorrow = utc_now() + timedelta(days=1)
    new = add_secret(webhook, user, others_until=tomorrow)
    with pytest.raises(TooManySecrets):
        add_secret(webhook, user, others_until=tomorrow)
    oldest = secrets_in(webhook.secrets)[-1]
    assert oldest.value == old
    assert end_secret(webhook, oldest.created_at, user)
    assert not end_secret(webhook, oldest.created_at, user)
    assert live_secrets(webhook, utc_now()) == (new,)


def test_secrets_of_another_encryption_key_let_nobody_in(source: Source, user: User) -> None:
    webhook, _secret = opened(source, user)
    webhook.secrets = "gAAAAAB" + "x" * 80
    assert live_secrets(webhook, utc_now()) == ()


def test_the_log_tells_what_was_done_and_no_secret(source: Source, user: User) -> None:
    webhook, first = opened(source, user)
    second = add_secret(webhook, user, others_until=utc_now() + timedelta(days=1))
    change_webhook(
        webhook,
        WebhookSettings(receipt_url="https://vendor.example/told?token=t0ps3cret", partial=True),
        user,
    )
    was_named = webhook.public_id
    renew_public_id(webhook, user)
    assert webhook.public_id != was_named
    close_webhook(webhook, user)
    db.session.commit()
    assert webhook_of(source) is None
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.source_id == source.id)).all()
    actions = [entry.action for entry in entries]
    assert actions[-6:] == [
        "webhook_opened", "webhook_secret_added", "webhook_secret_added", "webhook_changed",
        "webhook_moved", "webhook_closed",
    ]  # fmt: skip
    details = str([entry.detail for entry in entries])
    for secret in (first, second, "t0ps3cret", was_named):
        assert secret not in details
    changed = entries[-3].detail["after"]
    assert changed == {"partial": True, "receipt_url": "https://vendor.example/told?token=***"}


def test_two_people_who_add_secrets_at_once_see_each_other_s(
    app: Flask, source: Source, user: User
) -> None:
    webhook, first = opened(source, user)
    db.session.commit()
    assert webhook.secrets is not None
    user_id, source_id, tomorrow = user.id, source.id, utc_now() + timedelta(days=1)
    added: list[str] = []

    def add_behind() -> None:
        with app.app_context():
            other = db.session.get_one(Webhook, source_id)
            person = db.session.get_one(User, user_id)
            added.append(add_secret(other, person, others_until=tomorrow))
            db.session.commit()

    behind = Thread(target=add_behind)
    behind.start()
    behind.join()
    with pytest.raises(TooManySecrets):
        add_secret(webhook, user, others_until=tomorrow)
    assert live_secrets(webhook, utc_now()) == (added[0], first)


def test_a_source_has_one_webhook(source: Source, user: User) -> None:
    opened(source, user)
    with pytest.raises(WebhookAlreadyOpen):
        opened(source, user)
