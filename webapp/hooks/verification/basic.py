"""User name and password (RFC 7617); the password may hold colons."""

import base64
import binascii
import hmac
from collections.abc import Sequence

from webapp.delivery_causes import RefusalCause
from webapp.hooks.verification.request import SignedRequest
from webapp.webhooks import WebhookSettings


def refusal_of_password(
    request: SignedRequest, settings: WebhookSettings, secrets: Sequence[str]
) -> RefusalCause | None:
    given = request.header("authorization")
    if not given:
        return RefusalCause.MISSING_SIGNATURE
    scheme, _, encoded = given.partition(" ")
    try:
        name_and_password = base64.b64decode(encoded.strip().encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return RefusalCause.MALFORMED_SIGNATURE
    name, colon, password = name_and_password.partition(b":")
    if scheme.lower() != "basic" or not colon:
        return RefusalCause.MALFORMED_SIGNATURE
    is_known = False
    for secret in secrets:
        is_known |= hmac.compare_digest(secret.encode(), password)
    is_known &= hmac.compare_digest(settings.username.encode(), name)
    return None if is_known else RefusalCause.WRONG_SIGNATURE
