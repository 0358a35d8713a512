"""What a vendor's server asks for, encrypted at rest: written once, decrypted only to fetch."""

from dataclasses import dataclass
from enum import StrEnum

import orjson
from cryptography.fernet import InvalidToken

from webapp.models import Source
from webapp.services.encryption import fernet


class CredentialKind(StrEnum):
    BASIC = "basic"
    BEARER = "bearer"
    HEADER = "header"
    QUERY = "query"
    KEY = "key"


class CredentialsUnreadable(Exception):
    """The stored credentials were encrypted with another ENCRYPTION_KEY."""


@dataclass(frozen=True, slots=True)
class SourceCredentials:
    """`name` is the user, the header or the query parameter; a bearer token has none.

    The secret of a key is the private key itself, which may have a passphrase.
    """

    kind: CredentialKind
    name: str
    secret: str
    passphrase: str = ""

    def __repr__(self) -> str:
        return f"SourceCredentials({self.kind}, {self.name!r}, …)"


def encrypted_credentials(credentials: SourceCredentials) -> str:
    content = {"kind": credentials.kind, "name": credentials.name, "secret": credentials.secret}
    if credentials.passphrase:
        content["passphrase"] = credentials.passphrase
    return fernet().encrypt(orjson.dumps(content)).decode()


def credentials_of(source: Source) -> SourceCredentials | None:
    """:raise CredentialsUnreadable: when the key has been changed since."""
    if source.credentials is None:
        return None
    try:
        content = orjson.loads(fernet().decrypt(source.credentials.encode()))
    except InvalidToken as error:
        raise CredentialsUnreadable(
            "The credentials of this source can't be read with the present ENCRYPTION_KEY. "
            "Type them again on the source's page."
        ) from error
    kind = CredentialKind(content["kind"])
    return SourceCredentials(
        kind, content["name"], content["secret"], content.get("passphrase", "")
    )
