"""The secrets of a source that others may repeat: they are hidden in what its server answered and
in what went wrong with it."""

from contextlib import suppress
from urllib.parse import parse_qsl, unquote, urlsplit

from webapp.masking import MASK, masked_url
from webapp.models import Source
from webapp.services.credentials import CredentialsUnreadable, credentials_of
from webapp.services.locations import location_of
from webapp.services.webhook_secrets import secrets_in
from webapp.services.webhook_settings import hidden_addresses
from webapp.services.webhooks import webhook_of


def source_secrets(source: Source) -> set[str]:
    """What the vendor's server is told, and what the vendor signs with."""
    secrets: set[str] = set()
    with suppress(CredentialsUnreadable, ValueError):
        if (credentials := credentials_of(source)) is not None:
            secrets |= {credentials.secret, credentials.passphrase}
        secrets |= _secrets_in_address(location_of(source))
    if (webhook := webhook_of(source)) is not None:
        secrets |= {one.value for one in secrets_in(webhook.secrets)}
        for address in hidden_addresses(webhook).values():
            secrets |= _secrets_in_address(address)
    return secrets - {""}


def _secrets_in_address(address: str) -> set[str]:
    if MASK not in masked_url(address):
        return set()
    parts, masked = urlsplit(address), urlsplit(masked_url(address))
    hidden = {name for name, value in parse_qsl(masked.query) if value == MASK}
    return {unquote(parts.password or "")} | {
        value for name, value in parse_qsl(parts.query) if name in hidden
    }
