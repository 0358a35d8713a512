"""Secrets of a webhook: a new one beside the old, an end for one, the one that signs receipts."""

from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.services.receipts import new_receipt_secret
from webapp.services.webhook_secrets import TooManySecrets, add_secret, end_secret
from webapp.services.webhook_settings import settings_of
from webapp.views.forms.webhooks import NewSecretForm
from webapp.views.webhook.blueprint import bp, secret_page, webhook_or_404
from webapp.views.webhook.show import webhook_page


@bp.route("/sources/<int:id>/webhook/secret", methods=["GET", "POST"])
@editors_only
def add(id: int) -> ResponseReturnValue:
    """A GET is somebody who loads the page of a new secret again: it is shown this once."""
    webhook = webhook_or_404(id)
    if request.method == "GET":
        return redirect(url_for("webhook.show", id=id), 303)
    form = NewSecretForm()
    form.scheme = settings_of(webhook).scheme
    if not form.validate_on_submit():
        return webhook_page(webhook, form)
    try:
        secret = add_secret(
            webhook, signed_in(), others_until=form.others_until(), typed=form.typed()
        )
    except TooManySecrets:
        flash(_("Two secrets are good already: end one of them first."), "error")
        return go_to(url_for("webhook.show", id=id))
    db.session.commit()
    return secret_page(webhook, secret)


@bp.post("/sources/<int:id>/webhook/secret/end")
@editors_only
def end(id: int) -> ResponseReturnValue:
    webhook = webhook_or_404(id)
    if (created_at := _moment(request.form.get("created_at", ""))) is None:
        flash(_("Say which secret is to end."), "error")
    elif end_secret(webhook, created_at, signed_in()):
        db.session.commit()
        flash(_("It has ended. What is signed with it is refused from now on."), "success")
    else:
        flash(_("This secret had ended already."), "info")
    return go_to(url_for("webhook.show", id=id))


@bp.route("/sources/<int:id>/webhook/receipt-secret", methods=["GET", "POST"])
@editors_only
def add_for_receipts(id: int) -> ResponseReturnValue:
    webhook = webhook_or_404(id)
    if request.method == "GET":
        return redirect(url_for("webhook.show", id=id), 303)
    secret = new_receipt_secret(webhook)
    db.session.commit()
    return secret_page(webhook, secret, is_receipt=True)


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
