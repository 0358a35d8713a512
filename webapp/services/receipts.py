"""Receipts tell a vendor what became of a delivery: the secret they are signed with, and the bell
for the worker that sends them."""

from cryptography.fernet import InvalidToken

from webapp import queues
from webapp.extensions import db
from webapp.models import Webhook
from webapp.services.encryption import fernet
from webapp.standard_webhooks import new_secret, secret_key


def new_receipt_secret(webhook: Webhook) -> str:
    """Takes the place of the one before; it is shown once."""
    secret = new_secret()
    webhook.receipt_secret = fernet().encrypt(secret.encode()).decode()
    db.session.flush()
    return secret


def receipt_key_of(webhook: Webhook) -> bytes | None:
    """None when there is none, or none that the present ENCRYPTION_KEY opens."""
    if webhook.receipt_secret is None:
        return None
    try:
        return secret_key(fernet().decrypt(webhook.receipt_secret.encode()).decode())
    except InvalidToken:
        return None


def ring_for_receipts(source_id: int) -> None:
    queues.enqueue_after_commit(
        db.session(),
        queues.DEFAULT,
        queues.SEND_RECEIPTS,
        source_id,
        job_id=f"receipts-{source_id}",
    )
