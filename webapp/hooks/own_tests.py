"""A test that is sent from the vendor's page: signed by us with the secret in force, and from there
on a request like any other, but for a header that marks it."""

import secrets

from flask import Request, current_app
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from webapp.hooks.signing import CannotSign, signed
from webapp.models import Webhook, utc_now
from webapp.queries.guide import TEST_MARK
from webapp.services.webhook_secrets import live_secrets
from webapp.services.webhook_settings import settings_of


def signed_test(webhook: Webhook, body: bytes, content_type: str, remote_address: str) -> Request:
    """As it would come in from there.

    :raise CannotSign: only the vendor has the key, or there is none
    """
    now = utc_now()
    live = live_secrets(webhook, now)
    if not live:
        raise CannotSign
    settings = settings_of(webhook)
    message_id = f"test_{secrets.token_hex(12)}"
    headers, query = signed(settings, live[0], body, message_id, int(now.timestamp()))
    builder = EnvironBuilder(
        path=f"/hooks/{webhook.public_id}",
        method="POST",
        query_string=query,
        headers=Headers(headers | {TEST_MARK: "1"}),
        content_type=content_type,
        data=body,
        environ_overrides={"REMOTE_ADDR": remote_address},
    )
    return current_app.request_class(builder.get_environ())


def can_sign(webhook: Webhook) -> bool:
    return settings_of(webhook).needs_secret and bool(live_secrets(webhook, utc_now()))
