"""A test from the page itself: checked only, or delivered through the door like any request."""

from dataclasses import dataclass

import orjson
from flask import Request, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import public
from webapp.hooks.answers import status_of
from webapp.hooks.arrivals import arrival
from webapp.hooks.checks import CheckedBody, checked_body
from webapp.hooks.door import answer_arrival
from webapp.hooks.examples import sample_body
from webapp.hooks.own_tests import can_sign, signed_test
from webapp.htmx import go_to
from webapp.models import Webhook
from webapp.services.webhook_settings import settings_of
from webapp.views.cause_words import CAUSES
from webapp.views.forms.webhook_tests import CHECK, WebhookTestForm
from webapp.views.guide.blueprint import bp, webhook_or_404
from webapp.views.guide.outcome_words import OUTCOMES
from webapp.views.guide.show import document_of


@dataclass(frozen=True, slots=True)
class Sent:
    """A test that was sent; `checked` is None where the door refused it."""

    checked: CheckedBody | None = None
    status: int = 0
    """What the door answered."""
    what: str = ""
    what_to_do: str = ""


@bp.route("/test", methods=["GET", "POST"])
@public
def send_test(public_id: str, token: str) -> ResponseReturnValue:
    webhook = webhook_or_404(public_id, token)
    form = WebhookTestForm()
    if request.method == "GET":
        sample = sample_body(settings_of(webhook), document_of(webhook))
        form.body.data, form.content_type.data = sample
        return _page(webhook, token, form)
    if not form.validate_on_submit():
        return _page(webhook, token, form), 422
    if form.what.data == CHECK:
        return _page(webhook, token, form, _checked(webhook, form))
    if not can_sign(webhook):
        form.what.errors = [_("A test can’t be signed here, so it can only be checked.")]
        return _page(webhook, token, form), 422
    return _deliver(webhook, token, form)


def _checked(webhook: Webhook, form: WebhookTestForm) -> Sent:
    """Verified first, wherever we can sign."""
    if can_sign(webhook):
        come = arrival(webhook.public_id, _request(webhook, form))
        if come.cause is not None:
            return _refused(status_of(come.cause), come.cause)
    content, kind = form.content, form.content_type.data
    return Sent(checked_body(webhook.source, settings_of(webhook), content, kind))


def _deliver(webhook: Webhook, token: str, form: WebhookTestForm) -> ResponseReturnValue:
    public_id = webhook.public_id
    come = arrival(public_id, _request(webhook, form))
    answer = answer_arrival(come, public_id)
    said = orjson.loads(answer.get_data())
    if "delivery" not in said:
        return _page(
            webhook, token, form, _refused(answer.status_code, come.cause or said["error"])
        )
    if said["status"] == "repeated":
        flash(_("The very same message came before; this is that delivery."), "info")
    else:
        flash(_("The test is delivered. Reload in a moment to see what became of it."), "success")
    return go_to(
        url_for("guide.delivery", public_id=public_id, token=token, delivery_id=said["delivery"])
    )


def _request(webhook: Webhook, form: WebhookTestForm) -> Request:
    return signed_test(webhook, form.content, form.content_type.data, request.remote_addr or "")


def _refused(status: int, cause: str) -> Sent:
    what, what_to_do = CAUSES[cause]
    return Sent(None, status, str(what), str(what_to_do))


def _page(webhook: Webhook, token: str, form: WebhookTestForm, sent: Sent | None = None) -> str:
    return render_template(
        "guide/test.html",
        webhook=webhook,
        token=token,
        form=form,
        sent=sent,
        can_sign=can_sign(webhook),
        outcomes=OUTCOMES,
    )
