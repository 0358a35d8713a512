"""How well-known senders sign their webhooks: names for settings that nobody should have to look
up."""

from dataclasses import dataclass, field
from typing import Any

from webapp.webhooks import WebhookSettings


@dataclass(frozen=True, slots=True)
class Sender:
    title: str
    settings: dict[str, Any] = field(default_factory=dict)


SENDERS: dict[str, Sender] = {
    "standard": Sender("Standard Webhooks (Svix and many others)"),
    "api-key": Sender("A key in a header", {"scheme": "api-key", "key_name": "X-Api-Key"}),
    "basic": Sender("User name and password", {"scheme": "basic", "username": "offerdock"}),
    "hmac": Sender(
        "A signature of its own (HMAC)", {"scheme": "hmac", "header": "X-Signature"}
    ),
    "github": Sender(
        "GitHub",
        {
            "scheme": "hmac",
            "header": "X-Hub-Signature-256",
            "prefix": "sha256=",
            "message_id_header": "X-GitHub-Delivery",
        },
    ),
    "stripe": Sender("Stripe", {"scheme": "timestamped-hmac", "header": "Stripe-Signature"}),
    "shopify": Sender(
        "Shopify",
        {
            "scheme": "hmac",
            "header": "X-Shopify-Hmac-Sha256",
            "encoding": "base64",
            "message_id_header": "X-Shopify-Webhook-Id",
        },
    ),
    "convoy": Sender(
        "Convoy",
        {"scheme": "timestamped-hmac", "header": "X-Convoy-Signature", "separator": ","},
    ),
}  # fmt: skip


def settings_for(sender: str) -> WebhookSettings:
    return WebhookSettings.model_validate(SENDERS[sender].settings)
