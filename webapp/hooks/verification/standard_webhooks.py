"""Standard Webhooks 1.0 (spec, "Verifying webhook authenticity"): `v1` symmetric, `v1a` ed25519.
The `svix-…` headers are the same under another name."""

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from webapp.delivery_causes import RefusalCause
from webapp.hooks.verification.clock import outside_window, seconds_in
from webapp.hooks.verification.digests import digest_in
from webapp.hooks.verification.request import SignedRequest
from webapp.standard_webhooks import secret_key
from webapp.webhooks import WebhookSettings

FAMILIES = ("webhook", "svix")
PUBLIC_PREFIX = "whpk_"
MOST_SIGNATURES = 20


def refusal_of_standard_webhook(
    request: SignedRequest, settings: WebhookSettings, secrets: Sequence[str], now: int
) -> RefusalCause | None:
    keys = [key for secret in secrets if (key := secret_key(secret))]
    if not keys:
        return RefusalCause.NO_SECRET

    def is_signed(signed: bytes, signature: bytes) -> bool:
        found = False
        for key in keys:
            found |= hmac.compare_digest(hmac.digest(key, signed, "sha256"), signature)
        return found

    return _refusal(request, settings, "v1", is_signed, now)


def refusal_of_standard_webhook_ed25519(
    request: SignedRequest, settings: WebhookSettings, now: int
) -> RefusalCause | None:
    try:
        raw = base64.b64decode(settings.public_key.removeprefix(PUBLIC_PREFIX), validate=True)
        public_key = Ed25519PublicKey.from_public_bytes(raw)
    except (ValueError, binascii.Error):
        return RefusalCause.NO_SECRET

    def is_signed(signed: bytes, signature: bytes) -> bool:
        try:
            public_key.verify(signature, signed)
        except InvalidSignature:
            return False
        return True

    return _refusal(request, settings, "v1a", is_signed, now)


def _refusal(
    request: SignedRequest,
    settings: WebhookSettings,
    version: str,
    is_signed: Callable[[bytes, bytes], bool],
    now: int,
) -> RefusalCause | None:
    headers = next(filter(None, (_family(request, family) for family in FAMILIES)), None)
    if headers is None:
        return RefusalCause.MISSING_SIGNATURE
    message_id, time, signatures = headers
    timestamp = seconds_in(time)
    given = [part.partition(",") for part in signatures.split()[:MOST_SIGNATURES]]
    digests = [digest_in(text, "base64") for named, _, text in given if named == version]
    if timestamp is None or not any(digests):
        return RefusalCause.MALFORMED_SIGNATURE
    signed = f"{message_id}.{time}.".encode("utf-8", "surrogateescape") + request.body
    found = False
    for digest in digests:
        found |= digest is not None and is_signed(signed, digest)
    if not found:
        return RefusalCause.WRONG_SIGNATURE
    return outside_window(timestamp, now, settings.tolerance)


def _family(request: SignedRequest, family: str) -> tuple[str, str, str] | None:
    """Id, time and signatures; None when one of the three is missing."""
    id = request.header(f"{family}-id")
    time = request.header(f"{family}-timestamp")
    signatures = request.header(f"{family}-signature")
    return (id, time, signatures) if id and time and signatures else None
