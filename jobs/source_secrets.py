"""The secrets of a source that others may repeat: they are hidden in what its server answered and
in what went wrong with it."""

from contextlib import suppress
from urllib.parse import parse_qsl, unquote, urlsplit

from webapp.masking import MASK, masked_url
from webapp.models import Source
from webapp.services.credentials import CredentialsUnreadable, credentials_of
from webapp.services.locations import location_of


def source_secrets(source: Source) -> set[str]:
    """What the vendor's server is told."""
    secrets: set[str] = set()
    with suppress(CredentialsUnreadable, ValueError):
        if (credentials := credentials_of(source)) is not None:
            secrets |= {credentials.secret, credentials.passphrase}
        location = location_of(source)
        if MASK in masked_url(location):
            parts, masked = urlsplit(location), urlsplit(masked_url(location))
            hidden = {name for name, value in parse_qsl(masked.query) if value == MASK}
            secrets.add(unquote(parts.password or ""))
            secrets |= {value for name, value in parse_qsl(parts.query) if name in hidden}
    return secrets - {""}
