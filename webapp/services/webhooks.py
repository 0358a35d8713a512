"""A source's webhook: opened, changed, moved to another address, closed. Services flush; their
callers commit."""

import secrets as randomness

from webapp.extensions import db
from webapp.models import Source, User, Webhook
from webapp.services.audit import note
from webapp.services.settings_facts import Facts, differences
from webapp.services.source_lock import lock_source
from webapp.services.webhook_settings import hidden_addresses, set_settings, settings_of
from webapp.webhooks import WebhookSettings

PUBLIC_ID_BYTES = 18


class WebhookAlreadyOpen(Exception):
    """Somebody else has opened it meanwhile."""


def webhook_of(source: Source) -> Webhook | None:
    return db.session.get(Webhook, source.id)


def listens_only(source: Source) -> bool:
    """Whether there is no feed to read."""
    return not source.location and webhook_of(source) is not None


def open_webhook(source: Source, settings: WebhookSettings, user: User) -> Webhook:
    """Nothing is let in before it has a secret, where its scheme needs one.

    :raise WebhookAlreadyOpen:
    """
    lock_source(source)
    if webhook_of(source) is not None:
        raise WebhookAlreadyOpen
    webhook = Webhook(source_id=source.id, public_id=_new_public_id())
    set_settings(webhook, settings)
    db.session.add(webhook)
    db.session.flush()
    note("webhook_opened", source, user, scheme=settings.scheme)
    return webhook


def change_webhook(webhook: Webhook, settings: WebhookSettings, user: User) -> None:
    """Deliveries that wait to be cut are cut by the new settings."""
    before, hidden = _facts(webhook), hidden_addresses(webhook)
    set_settings(webhook, settings)
    db.session.flush()
    detail: dict[str, object] = {**differences(before, _facts(webhook))}
    if any(hidden.get(name) != now for name, now in hidden_addresses(webhook).items()):
        detail["secret_replaced"] = True
    if detail:
        note("webhook_changed", webhook.source, user, **detail)


def renew_public_id(webhook: Webhook, user: User) -> None:
    """The old address is dead at once, and so is every link to the vendor's page."""
    webhook.public_id = _new_public_id()
    db.session.flush()
    note("webhook_moved", webhook.source, user)


def close_webhook(webhook: Webhook, user: User) -> None:
    """Nothing comes in any more; what came stays."""
    note("webhook_closed", webhook.source, user)
    db.session.delete(webhook)
    db.session.flush()


def _new_public_id() -> str:
    return randomness.token_urlsafe(PUBLIC_ID_BYTES)


def _facts(webhook: Webhook) -> Facts:
    return settings_of(webhook).model_dump(mode="json", by_alias=True)
