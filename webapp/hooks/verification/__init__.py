"""Who sent a request: the schemes vendors sign by, one file a family. Pure; malformed input is a
cause, never an exception."""

import ipaddress
from collections.abc import Sequence

from webapp.delivery_causes import UNAUTHENTIC, RefusalCause
from webapp.hooks.verification.api_key import refusal_of_key
from webapp.hooks.verification.basic import refusal_of_password
from webapp.hooks.verification.hmac_body import refusal_of_hmac
from webapp.hooks.verification.request import SignedRequest
from webapp.hooks.verification.standard_webhooks import (
    refusal_of_standard_webhook,
    refusal_of_standard_webhook_ed25519,
)
from webapp.hooks.verification.timestamped_hmac import refusal_of_timestamped_hmac
from webapp.webhooks import WebhookSettings

__all__ = ["UNAUTHENTIC", "RefusalCause", "SignedRequest", "refusal_of"]


def refusal_of(
    request: SignedRequest, settings: WebhookSettings, secrets: Sequence[str], now: int
) -> RefusalCause | None:
    """Why the request is not the vendor's, or None when it is.

    `secrets`: those in force, at most two in a rotation; `now`: seconds since 1970.
    """
    usable = [secret for secret in secrets if secret]
    scheme = settings.scheme
    if not usable and settings.needs_secret:
        cause: RefusalCause | None = RefusalCause.NO_SECRET
    elif scheme == "api-key":
        cause = refusal_of_key(request, settings, usable)
    elif scheme == "basic":
        cause = refusal_of_password(request, settings, usable)
    elif scheme == "hmac":
        cause = refusal_of_hmac(request, settings, usable)
    elif scheme == "timestamped-hmac":
        cause = refusal_of_timestamped_hmac(request, settings, usable, now)
    elif scheme == "standard-webhooks":
        cause = refusal_of_standard_webhook(request, settings, usable, now)
    else:
        cause = refusal_of_standard_webhook_ed25519(request, settings, now)
    if cause is None and not _may_come_from(request.remote_address, settings):
        return RefusalCause.WRONG_ADDRESS
    return cause


def _may_come_from(address: str, settings: WebhookSettings) -> bool:
    if not settings.allowed_networks:
        return True
    try:
        sender = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(sender, ipaddress.IPv6Address) and sender.ipv4_mapped is not None:
        sender = sender.ipv4_mapped
    return any(sender in ipaddress.ip_network(network) for network in settings.allowed_networks)
