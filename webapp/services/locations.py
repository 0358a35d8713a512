"""Addresses of feeds: one that holds a secret is kept encrypted, and shown masked."""

from cryptography.fernet import InvalidToken

from webapp.masking import MASK, masked_url
from webapp.models import Source
from webapp.services.credentials import CredentialsUnreadable
from webapp.services.encryption import fernet


def set_location(source: Source, location: str) -> None:
    masked = masked_url(location)
    has_secret = MASK in masked
    source.location = masked if has_secret else location
    source.location_secret = fernet().encrypt(location.encode()).decode() if has_secret else None


def location_of(source: Source) -> str:
    """The whole address, to fetch from.

    :raise CredentialsUnreadable: when the key has been changed since.
    """
    if source.location_secret is None:
        return source.location
    try:
        return fernet().decrypt(source.location_secret.encode()).decode()
    except InvalidToken as error:
        raise CredentialsUnreadable(
            "The address of this source holds a secret that can't be read with the present "
            "ENCRYPTION_KEY. Type the whole address again on the source's page."
        ) from error
