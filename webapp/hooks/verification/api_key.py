"""A key in a header (with what stands before it, such as `Bearer `) or in the query."""

import hmac
from collections.abc import Sequence

from webapp.delivery_causes import RefusalCause
from webapp.hooks.verification.request import SignedRequest
from webapp.webhooks import WebhookSettings


def refusal_of_key(
    request: SignedRequest, settings: WebhookSettings, secrets: Sequence[str]
) -> RefusalCause | None:
    if settings.location == "query":
        given = request.query.get(settings.key_name)
    else:
        given = request.header(settings.key_name)
    if not given:
        return RefusalCause.MISSING_SIGNATURE
    if not given.startswith(settings.prefix):
        return RefusalCause.MALFORMED_SIGNATURE
    key = given.removeprefix(settings.prefix).encode("utf-8", "surrogateescape")
    is_known = False
    for secret in secrets:
        is_known |= hmac.compare_digest(secret.encode(), key)
    return None if is_known else RefusalCause.WRONG_SIGNATURE
