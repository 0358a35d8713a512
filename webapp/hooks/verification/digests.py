"""HMACs as they stand in headers, read strictly and compared in constant time."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Sequence

from webapp.webhooks import WebhookSettings


def digest_in(text: str, encoding: str) -> bytes | None:
    """The bytes that a text stands for in "hex", "base64" or "base64url"; None when it is none."""
    try:
        if encoding == "hex":
            return bytes.fromhex(text) if len(text.split()) == 1 else None
        raw = text.encode("ascii")
        if encoding == "base64url":
            raw = raw.replace(b"-", b"+").replace(b"_", b"/")
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None


def any_matches(
    keys: Iterable[bytes], signed: bytes, given: Sequence[bytes], settings: WebhookSettings
) -> bool:
    """Whether a key that is in force makes one of the digests; all are compared, whatever the
    first ones say."""
    found = False
    for key in keys:
        expected = hmac.digest(key, signed, settings.algorithm)
        for digest in given:
            found |= hmac.compare_digest(expected, digest)
    return found
