"""A webhook's page: its address, what came lately, its secrets."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import editors_only
from webapp.htmx import fragment, go_to, wants_fragment
from webapp.models import DeliveryState, SourceStatus, Webhook, utc_now
from webapp.queries.guide import latest_deliveries
from webapp.services.webhook_addresses import door_address, guide_address
from webapp.services.webhook_secrets import MOST_ALIVE, secrets_in
from webapp.services.webhook_settings import settings_of, unknown_addresses
from webapp.views.delivery_words import cause_name
from webapp.views.forms.webhooks import NewSecretForm
from webapp.views.guide.signing_words import scheme_name
from webapp.views.webhook.blueprint import bp, webhook_or_404

LATELY = 10


@bp.get("/sources/<int:id>/webhook")
@editors_only
def show(id: int) -> ResponseReturnValue:
    return webhook_page(webhook_or_404(id), NewSecretForm())


@bp.get("/sources/<int:id>/webhook/came")
@editors_only
def came(id: int) -> ResponseReturnValue:
    """The region that asks for itself while a source waits for its first deliveries."""
    webhook = webhook_or_404(id)
    if not wants_fragment():
        return go_to(url_for("webhook.show", id=id))
    html = render_template("webhook/_came.html", webhook=webhook, **_came(webhook))
    return fragment(html)


def webhook_page(webhook: Webhook, form: NewSecretForm) -> ResponseReturnValue:
    settings, now = settings_of(webhook), utc_now()
    alive = [one for one in secrets_in(webhook.secrets) if one.is_live(now)]
    page = render_template(
        "webhook/show.html",
        source=webhook.source,
        webhook=webhook,
        settings=settings,
        scheme=scheme_name(settings),
        address=door_address(webhook),
        guide=guide_address(webhook),
        secrets=alive,
        may_add=len(alive) < MOST_ALIVE,
        lacks_addresses=bool(unknown_addresses(webhook)),
        closed_for=_closed_for(webhook),
        form=form,
        **_came(webhook),
    )
    return page, 422 if form.errors else 200


def _closed_for(webhook: Webhook) -> str:
    """Why little but refused deliveries came; empty while the webhook isn't closed to them."""
    is_closed = webhook.closed_until is not None and webhook.closed_until > utc_now()
    return cause_name(webhook.closed_reason) if is_closed else ""


def _came(webhook: Webhook) -> dict[str, object]:
    latest = latest_deliveries(webhook)[:LATELY]
    return {
        "came": latest,
        "is_in_setup": webhook.source.status == SourceStatus.SETUP,
        "has_waiting": any(delivery.state == DeliveryState.WAITING for delivery, _ in latest),
    }
