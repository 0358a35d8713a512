"""Accepting a refused delivery after all: the question with what is in it, and the answer."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from zstandard import ZstdDecompressor

from webapp.access import delivery_or_404, editors_only, signed_in
from webapp.extensions import db
from webapp.hooks.checks import CheckedBody, checked_body
from webapp.hooks.verification import UNAUTHENTIC
from webapp.htmx import go_to
from webapp.models import Delivery, DeliveryRequest, DeliveryState
from webapp.queries.delivery import request_of
from webapp.services.admissions import SameMessageAccepted, admit_delivery, is_admissible
from webapp.services.webhook_settings import settings_of
from webapp.services.webhooks import webhook_of
from webapp.views.deliveries.blueprint import bp
from webapp.webhooks import WebhookSettings


@bp.route("/deliveries/<int:id>/accept", methods=["GET", "POST"])
@editors_only
def accept(id: int) -> ResponseReturnValue:
    delivery = delivery_or_404(id)
    sent = request_of(delivery)
    back = url_for("deliveries.show", id=id)
    if sent is None or not is_admissible(delivery, sent):
        flash(_("There is nothing to accept here (any more)."), "info")
        return go_to(back)
    if request.method == "POST":
        _admit(delivery, sent)
        return go_to(back)
    return render_template(
        "deliveries/accept.html",
        delivery=delivery,
        source=delivery.source,
        request_sent=sent,
        found=_checked(delivery, sent),
        is_proved=delivery.cause not in UNAUTHENTIC,
    )


def _admit(delivery: Delivery, sent: DeliveryRequest) -> None:
    try:
        is_admitted = admit_delivery(delivery, sent, signed_in())
    except SameMessageAccepted as same:
        db.session.rollback()
        words = _(
            "The same message came again and was accepted as delivery %(id)s: there is nothing "
            "more in this one.",
            id=same.delivery_id,
        )
        flash(words, "info")
        return
    if not is_admitted:
        db.session.rollback()
        flash(_("There is nothing to accept here (any more)."), "info")
        return
    db.session.commit()
    if delivery.state == DeliveryState.WAITING:
        flash(_("The delivery is accepted. It is kept until the source is active."), "success")
    else:
        flash(_("The delivery is accepted, and its offers are applied."), "success")


def _checked(delivery: Delivery, sent: DeliveryRequest) -> CheckedBody:
    """What would become of it with the settings and the mapping in force."""
    webhook = webhook_of(delivery.source)
    settings = settings_of(webhook) if webhook else WebhookSettings()
    body = ZstdDecompressor().decompress(sent.body)
    return checked_body(delivery.source, settings, body, sent.content_type)
