"""`t=<seconds>,v1=<signature>[,v1=…]`, as Stripe sends it (signed: time, dot, body) and Convoy
(with a comma between them)."""

from collections.abc import Sequence

from webapp.delivery_causes import RefusalCause
from webapp.hooks.verification.clock import outside_window, seconds_in
from webapp.hooks.verification.digests import any_matches, digest_in
from webapp.hooks.verification.request import SignedRequest
from webapp.webhooks import WebhookSettings

MOST_SIGNATURES = 20


def refusal_of_timestamped_hmac(
    request: SignedRequest, settings: WebhookSettings, secrets: Sequence[str], now: int
) -> RefusalCause | None:
    given = request.header(settings.header)
    if not given:
        return RefusalCause.MISSING_SIGNATURE
    parts = [part.strip().partition("=") for part in given.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    timestamp = seconds_in(times[0]) if len(times) == 1 else None
    signatures = [value for name, _, value in parts if name == "v1"][:MOST_SIGNATURES]
    if timestamp is None or not signatures:
        return RefusalCause.MALFORMED_SIGNATURE
    digests = [
        digest for text in signatures if (digest := digest_in(text, settings.encoding)) is not None
    ]
    # The time as it stands there, leading zeros included: that is what was signed.
    signed = f"{times[0]}{settings.separator}".encode() + request.body
    if not any_matches([secret.encode() for secret in secrets], signed, digests, settings):
        return RefusalCause.WRONG_SIGNATURE
    return outside_window(timestamp, now, settings.tolerance)
