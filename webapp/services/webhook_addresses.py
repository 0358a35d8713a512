"""The two addresses that an agent hands to a vendor's developer: the door, and the page that says
how to send, by a signed link that needs no account and ends when the agent says so."""

import hashlib

from flask import current_app
from itsdangerous import Signer

from webapp.config import Config
from webapp.models import User, Webhook
from webapp.services.audit import note


def door_address(webhook: Webhook) -> str:
    config: Config = current_app.config["OFFERDOCK"]
    return f"{config.public_url}/hooks/{webhook.public_id}"


def guide_address(webhook: Webhook) -> str:
    return f"{door_address(webhook)}/guide/{guide_token(webhook)}"


def guide_token(webhook: Webhook) -> str:
    return _signer().get_signature(_signed(webhook)).decode()


def is_guide_token(webhook: Webhook, token: str) -> bool:
    return token.isascii() and _signer().verify_signature(_signed(webhook), token)


def end_guide_links(webhook: Webhook, user: User) -> None:
    """Every link given out before is dead; the next one is good again. Flushes."""
    webhook.guide_version += 1
    note("guide_links_ended", webhook.source, user)


def _signed(webhook: Webhook) -> str:
    return f"{webhook.public_id}/{webhook.guide_version}"


def _signer() -> Signer:
    return Signer(current_app.secret_key or "", salt="webhook-guide", digest_method=hashlib.sha256)
