"""Where a new source's feed lies: an address, or a file from a person's computer."""

from contextlib import closing

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import secure_filename

from webapp.access import editors_only, signed_in, visible_agencies
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import Source, Upload
from webapp.services import source_setup as service
from webapp.services.uploads import keep_upload
from webapp.views.arguments import text_argument
from webapp.views.forms.setup import WhereForm, where_values
from webapp.views.setup.blueprint import bp, source_in_setup


@bp.route("/sources/new", methods=["GET", "POST"])
@editors_only
def new() -> ResponseReturnValue:
    agencies = visible_agencies()
    if not agencies:
        flash(_("Add an agency first: every source belongs to one."), "error")
        return redirect(url_for("users.agencies"), 303)
    form = WhereForm(agency=text_argument("agency"))
    form.offer_agencies(agencies)
    if form.validate_on_submit():
        chosen = form.agency.data if form.agency else ""
        agency = next((a for a in agencies if str(a.id) == chosen), agencies[0])
        source = service.begin_setup(agency, form.chosen_name(), form.feed_address(), signed_in())
        return _look_at(source, form)
    return _page(form, None)


@bp.route("/sources/<int:id>/setup/where", methods=["GET", "POST"])
@editors_only
def where(id: int) -> ResponseReturnValue:
    source = source_in_setup(id)
    form = WhereForm(data=where_values(source))
    form.source = source
    form.offer_agencies([source.agency])
    if form.validate_on_submit():
        service.change_feed_address(source, form.chosen_name(), form.feed_address())
        return _look_at(source, form)
    return _page(form, source)


def _look_at(source: Source, form: WhereForm) -> ResponseReturnValue:
    upload = _kept_file(source, form)
    document = service.brought_mapping(source)
    service.look_at(source, signed_in(), document=document, upload=upload)
    db.session.commit()
    return go_to(url_for("setup.what", id=source.id))


def _kept_file(source: Source, form: WhereForm) -> Upload | None:
    sent = form.file.data
    if not sent:
        return None
    name = secure_filename(sent.filename or "") or "upload"
    with closing(sent.stream) as content:
        return keep_upload(source, name[-200:], content)


def _page(form: WhereForm, source: Source | None) -> ResponseReturnValue:
    sent_in = service.latest_upload(source) if source else None
    page = render_template("setup/where.html", form=form, source=source, sent_in=sent_in)
    return page, 422 if form.errors else 200
