"""Opening a webhook: for a new source, or for one that has a feed already."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in, source_or_404, visible_agencies
from webapp.extensions import db
from webapp.models import Source
from webapp.services.feed_addresses import FeedAddress
from webapp.services.source_setup import begin_setup
from webapp.services.webhook_secrets import add_secret
from webapp.services.webhooks import WebhookAlreadyOpen, open_webhook, webhook_of
from webapp.views.arguments import text_argument
from webapp.views.forms.webhooks import NewSourceForm, OpenForm
from webapp.views.webhook.blueprint import bp, secret_page


@bp.route("/sources/new/webhook", methods=["GET", "POST"])
@editors_only
def new() -> ResponseReturnValue:
    """A source without a feed: its vendor sends everything."""
    agencies = visible_agencies()
    if not agencies:
        flash(_("Add an agency first: every source belongs to one."), "error")
        return redirect(url_for("users.agencies"), 303)
    form = NewSourceForm(agency=text_argument("agency"))
    form.offer_agencies(agencies)
    if form.validate_on_submit():
        name = str(form.name.data).strip()
        source = begin_setup(form.chosen_agency(agencies), name, FeedAddress(), signed_in())
        return _opened(source, form)
    return _page(form, None)


@bp.route("/sources/<int:id>/webhook/open", methods=["GET", "POST"])
@editors_only
def open(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    if webhook_of(source) is not None:
        return redirect(url_for("webhook.show", id=id), 303)
    form = OpenForm()
    if form.validate_on_submit():
        return _opened(source, form)
    return _page(form, source)


def _opened(source: Source, form: OpenForm) -> ResponseReturnValue:
    try:
        webhook = open_webhook(source, form.settings(), signed_in())
    except WebhookAlreadyOpen:
        return redirect(url_for("webhook.show", id=source.id), 303)
    secret = add_secret(webhook, signed_in(), typed=form.typed())
    db.session.commit()
    return secret_page(webhook, secret)


def _page(form: OpenForm, source: Source | None) -> ResponseReturnValue:
    page = render_template("webhook/open.html", form=form, source=source)
    return page, 422 if form.errors else 200
