"""An HMAC of the raw body in a header: GitHub's `sha256=…`, Shopify's base64, and most others."""

from collections.abc import Sequence

from webapp.delivery_causes import RefusalCause
from webapp.hooks.verification.digests import any_matches, digest_in
from webapp.hooks.verification.request import SignedRequest
from webapp.webhooks import WebhookSettings


def refusal_of_hmac(
    request: SignedRequest, settings: WebhookSettings, secrets: Sequence[str]
) -> RefusalCause | None:
    given = request.header(settings.header)
    if not given:
        return RefusalCause.MISSING_SIGNATURE
    if not given.startswith(settings.prefix):
        return RefusalCause.MALFORMED_SIGNATURE
    digest = digest_in(given.removeprefix(settings.prefix), settings.encoding)
    if not digest:
        return RefusalCause.MALFORMED_SIGNATURE
    keys = [secret.encode() for secret in secrets]
    is_signed = any_matches(keys, request.body, [digest], settings)
    return None if is_signed else RefusalCause.WRONG_SIGNATURE
