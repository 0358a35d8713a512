"""The settings of a webhook as they are stored: an address of the vendor's that holds a secret is
kept encrypted apart from them, and stands masked in them, for pages, files and logs."""

import orjson
from cryptography.fernet import InvalidToken

from webapp.masking import MASK, masked_url
from webapp.models import Webhook
from webapp.services.credentials import CredentialsUnreadable
from webapp.services.encryption import fernet
from webapp.webhooks import WebhookSettings

ADDRESSES = ("detail_url", "list_url", "receipt_url")


def settings_of(webhook: Webhook) -> WebhookSettings:
    """With the secrets of addresses masked."""
    return WebhookSettings.model_validate(webhook.settings)


def set_settings(webhook: Webhook, settings: WebhookSettings) -> None:
    """A masked address that stands there already keeps its secret."""
    known = hidden_addresses(webhook)
    shown: dict[str, str] = {}
    hidden: dict[str, str] = {}
    for name in ADDRESSES:
        address = getattr(settings, name)
        if MASK in address:
            is_same = name in known and masked_url(known[name]) == address
            whole = known[name] if is_same else None
        else:
            whole = address if MASK in masked_url(address) else None
        if whole is not None:
            shown[name], hidden[name] = masked_url(whole), whole
    webhook.settings = settings.model_copy(update=shown).as_document()
    webhook.hidden_addresses = fernet().encrypt(orjson.dumps(hidden)).decode() if hidden else None


def whole_settings(webhook: Webhook) -> WebhookSettings:
    """With whole addresses, to ask and to tell the vendor's server.

    :raise CredentialsUnreadable: a secret of theirs isn't known, or can't be read any more
    """
    settings, hidden = settings_of(webhook), hidden_addresses(webhook)
    if unknown_addresses(webhook):
        raise CredentialsUnreadable(
            "An address in the settings of this webhook holds a secret that isn't known here, or "
            "that the present ENCRYPTION_KEY doesn't open. Type the whole address again there."
        )
    return settings.model_copy(update=hidden)


def unknown_addresses(webhook: Webhook) -> list[str]:
    """The names of masked ones of which the secret isn't known, as in a copied source."""
    settings, hidden = settings_of(webhook), hidden_addresses(webhook)
    masked = [name for name in ADDRESSES if MASK in getattr(settings, name)]
    return [name for name in masked if name not in hidden]


def hidden_addresses(webhook: Webhook) -> dict[str, str]:
    """Those that can be read, by their names in the settings."""
    if webhook.hidden_addresses is None:
        return {}
    try:
        stored: dict[str, str] = orjson.loads(fernet().decrypt(webhook.hidden_addresses.encode()))
    except InvalidToken:
        return {}
    return stored
