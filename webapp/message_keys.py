"""What tells a message that comes again from a new one: the sender's id of it, else its body. No
input or output."""

from werkzeug.datastructures import Headers

from webapp.masking import MASK
from webapp.webhooks import WebhookSettings

LONGEST_MESSAGE_ID = 200


def message_key(settings: WebhookSettings, headers: Headers, body_sha256: bytes) -> str:
    """`headers`: as they came, or as they are kept."""
    names = [settings.message_id_header]
    if settings.scheme.startswith("standard-webhooks"):
        names += ["webhook-id", "svix-id"]
    told = (headers.get(name) for name in names if name)
    if message_id := next((id for id in told if id and id != MASK), ""):
        return f"id:{message_id.replace(chr(0), '')[:LONGEST_MESSAGE_ID]}"
    return body_key(body_sha256)


def body_key(body_sha256: bytes) -> str:
    return f"body:{body_sha256.hex()}"
