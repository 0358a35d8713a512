"""Signing as a vendor does, for tests from the vendor's page; verification has to accept it."""

import base64
import hmac

from webapp.standard_webhooks import secret_key, signed_headers
from webapp.webhooks import WebhookSettings

Signed = tuple[dict[str, str], dict[str, str]]
"""Headers and the parameters of the address."""


class CannotSign(Exception):
    """Nobody but the vendor has the key."""


def signed(
    settings: WebhookSettings, secret: str, body: bytes, message_id: str, now: int
) -> Signed:
    """:raise CannotSign: the scheme's key is private to the vendor, or the secret is none"""
    headers = {settings.message_id_header: message_id} if settings.message_id_header else {}
    match settings.scheme:
        case "api-key" if settings.location == "query":
            return headers, {settings.key_name: secret}
        case "api-key":
            return headers | {settings.key_name: settings.prefix + secret}, {}
        case "basic":
            login = base64.b64encode(f"{settings.username}:{secret}".encode()).decode()
            return headers | {"Authorization": f"Basic {login}"}, {}
        case "hmac":
            digest = _written(settings, secret, body)
            return headers | {settings.header: settings.prefix + digest}, {}
        case "timestamped-hmac":
            digest = _written(settings, secret, f"{now}{settings.separator}".encode() + body)
            return headers | {settings.header: f"t={now},v1={digest}"}, {}
        case "standard-webhooks":
            return headers | _standard(secret, body, message_id, now), {}
    raise CannotSign


def _written(settings: WebhookSettings, secret: str, content: bytes) -> str:
    digest = hmac.digest(secret.encode(), content, settings.algorithm)
    if settings.encoding == "hex":
        return digest.hex()
    encode = base64.b64encode if settings.encoding == "base64" else base64.urlsafe_b64encode
    return encode(digest).decode()


def _standard(secret: str, body: bytes, message_id: str, now: int) -> dict[str, str]:
    key = secret_key(secret)
    if key is None:
        raise CannotSign
    return signed_headers(key, message_id, now, body)
