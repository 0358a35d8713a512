"""What the pages of a webhook share: their blueprint, the webhook, and the page that shows a secret
this once."""

from typing import NoReturn

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webapp.access import source_or_404
from webapp.models import Webhook
from webapp.services.webhook_settings import settings_of
from webapp.services.webhooks import webhook_of

bp = Blueprint("webhook", __name__)


def webhook_or_404(id: int) -> Webhook:
    """:raise 404: it is another agency's; a source without one is led to where it is opened."""
    source = source_or_404(id)
    webhook = webhook_of(source)
    return webhook if webhook is not None else _lead_to_opening(id)


def _lead_to_opening(id: int) -> NoReturn:
    abort(redirect(url_for("webhook.open", id=id), 303))


def secret_page(webhook: Webhook, secret: str, *, is_receipt: bool = False) -> Response:
    """Not after a redirect: a secret has no business in a session or in an address."""
    page = render_template(
        "webhook/secret.html",
        source=webhook.source,
        settings=settings_of(webhook),
        secret=secret,
        is_receipt=is_receipt,
    )
    answer: Response = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer
