"""Every way of signing, with names that need quoting in one language or another."""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webapp.webhooks import WebhookSettings

STANDARD_SECRET = "whsec_" + base64.b64encode(b"lirio harbour lemon tree 0123456").decode()
PLAIN_SECRET = "l1rio-harbour_lemon"
_SEED = b"offerdock tests sign with this !"
PRIVATE_KEY = "whsk_" + base64.b64encode(_SEED).decode()
_PUBLIC = (
    Ed25519PrivateKey.from_private_bytes(_SEED)
    .public_key()
    .public_bytes(Encoding.Raw, PublicFormat.Raw)
)
PUBLIC_KEY = "whpk_" + base64.b64encode(_PUBLIC).decode()

SYMMETRIC: dict[str, tuple[WebhookSettings, str]] = {
    "api-key": (WebhookSettings(scheme="api-key"), PLAIN_SECRET),
    "api-key with bearer": (
        WebhookSettings(scheme="api-key", key_name="Authorization", prefix="Bearer "),
        PLAIN_SECRET,
    ),
    "api-key in the query": (
        WebhookSettings(scheme="api-key", location="query", key_name="api key"),
        PLAIN_SECRET,
    ),
    "basic": (WebhookSettings(scheme="basic", username="lirio's"), PLAIN_SECRET),
    "hmac in hex": (
        WebhookSettings(scheme="hmac", header="X-Hub-Signature-256", prefix="sha256="),
        PLAIN_SECRET,
    ),
    "hmac in base64": (
        WebhookSettings(
            scheme="hmac", header="X-Lirio-Hmac", encoding="base64", message_id_header="X-Lirio-Id"
        ),
        PLAIN_SECRET,
    ),
    "hmac in base64url, sha512": (
        WebhookSettings(
            scheme="hmac", header="X-Lirio-Hmac", encoding="base64url", algorithm="sha512"
        ),
        PLAIN_SECRET,
    ),
    "hmac with sha1": (
        WebhookSettings(scheme="hmac", header="X-Hub-Signature", prefix="sha1=", algorithm="sha1"),
        PLAIN_SECRET,
    ),
    "time, dot, body": (
        WebhookSettings(scheme="timestamped-hmac", header="Stripe-Signature"),
        PLAIN_SECRET,
    ),
    "time, comma, body in base64": (
        WebhookSettings(
            scheme="timestamped-hmac", header="X-Signature", separator=",", encoding="base64"
        ),
        PLAIN_SECRET,
    ),
    "standard-webhooks": (WebhookSettings(scheme="standard-webhooks"), STANDARD_SECRET),
}
ASYMMETRIC: dict[str, tuple[WebhookSettings, str]] = {
    "ed25519": (
        WebhookSettings(scheme="standard-webhooks-ed25519", public_key=PUBLIC_KEY),
        PRIVATE_KEY,
    )
}
ALL = SYMMETRIC | ASYMMETRIC


def named(settings: WebhookSettings) -> dict[str, Any]:
    """Changes for `make_webhook`, whose own default is another scheme."""
    return {"scheme": settings.scheme, **settings.as_document()}
