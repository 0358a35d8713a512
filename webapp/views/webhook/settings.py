"""What an agent decides about a webhook."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.services.webhook_settings import hidden_addresses, settings_of
from webapp.services.webhooks import change_webhook
from webapp.views.forms.webhook_settings import WebhookForm, fields_of
from webapp.views.webhook.blueprint import bp, webhook_or_404


@bp.route("/sources/<int:id>/webhook/settings", methods=["GET", "POST"])
@editors_only
def settings(id: int) -> ResponseReturnValue:
    webhook = webhook_or_404(id)
    before = settings_of(webhook)
    form = WebhookForm(data=fields_of(before))
    form.hidden = hidden_addresses(webhook)
    if (changed := form.settings()) is not None:
        change_webhook(webhook, changed, signed_in())
        db.session.commit()
        if changed.scheme != before.scheme:
            flash(_("It is changed. The new scheme needs a new secret: make one."), "warning")
        else:
            flash(_("The webhook is changed."), "success")
        return go_to(url_for("webhook.show", id=id))
    page = render_template("webhook/settings.html", form=form, source=webhook.source)
    return page, 422 if form.errors else 200
