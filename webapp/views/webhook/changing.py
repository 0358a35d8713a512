"""What the vendor has to be told about: another address, other links, the end of the webhook. Each
is a page that says what it means, and does it."""

from collections.abc import Callable

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import User, Webhook
from webapp.services.webhook_addresses import end_guide_links
from webapp.services.webhooks import close_webhook, renew_public_id
from webapp.views.webhook.blueprint import bp, webhook_or_404


@bp.route("/sources/<int:id>/webhook/address", methods=["GET", "POST"])
@editors_only
def move(id: int) -> ResponseReturnValue:
    done = _("It has a new address. Give it to the vendor’s developer.")
    return _asked(id, "move", renew_public_id, done)


@bp.route("/sources/<int:id>/webhook/links", methods=["GET", "POST"])
@editors_only
def end_links(id: int) -> ResponseReturnValue:
    done = _("The links given out before are dead. The one below is new.")
    return _asked(id, "end_links", end_guide_links, done)


@bp.route("/sources/<int:id>/webhook/close", methods=["GET", "POST"])
@editors_only
def close(id: int) -> ResponseReturnValue:
    return _asked(id, "close", close_webhook, _("The webhook is closed."))


def _asked(
    id: int, what: str, change: Callable[[Webhook, User], None], done: str
) -> ResponseReturnValue:
    webhook = webhook_or_404(id)
    source = webhook.source
    if request.method == "GET":
        return render_template("webhook/ask.html", source=source, what=what)
    change(webhook, signed_in())
    db.session.commit()
    flash(done, "success")
    if what != "close":
        return go_to(url_for("webhook.show", id=id))
    return go_to(url_for("sources.show", id=id))
