"""New sources out of what is known already: copying a source, its configuration as a file, and
reading such a file in again."""

from contextlib import closing

import orjson
from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in, source_or_404, visible_agencies
from webapp.configuration_file import (
    LARGEST,
    ConfigurationFile,
    ConfigurationRefused,
    configuration_in,
)
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.masking import MASK
from webapp.models import Source
from webapp.offers.mapping_document import as_data
from webapp.services import configurations as service
from webapp.services.webhooks import listens_only
from webapp.views.forms.configurations import CopyForm, ImportForm

bp = Blueprint("configurations", __name__)


@bp.route("/sources/<int:id>/copy", methods=["GET", "POST"])
@editors_only
def copy(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    form = CopyForm(name=_("%(name)s (copy)", name=source.name)[:100])
    if form.validate_on_submit():
        configuration = service.configuration_of(source)
        came_from = _("copied from %(name)s", name=source.name)
        made = service.source_from(
            configuration, source.agency, form.chosen_name(), signed_in(), came_from
        )
        db.session.commit()
        return _to_set_up(made, configuration)
    page = render_template("configurations/copy.html", form=form, source=source)
    return page, 422 if form.errors else 200


@bp.get("/sources/<int:id>/export")
def export(id: int) -> ResponseReturnValue:
    """The configuration as a file to save."""
    source = source_or_404(id)
    configuration = service.configuration_of(source)
    # A mapping is written as it is stored: only what it says.
    mapping = as_data(configuration.mapping) if configuration.mapping else None
    whole = configuration.model_copy(update={"mapping": None})
    webhook = whole.webhook.as_document() if whole.webhook is not None else None
    content = whole.model_dump(mode="json") | {"mapping": mapping, "webhook": webhook}
    headers = {"Content-Disposition": f'attachment; filename="{source.slug}.offerdock.json"'}
    return Response(_json(content), mimetype="application/json", headers=headers)


@bp.route("/sources/new/import", methods=["GET", "POST"])
@editors_only
def import_file() -> ResponseReturnValue:
    agencies = visible_agencies()
    if not agencies:
        flash(_("Add an agency first: every source belongs to one."), "error")
        return redirect(url_for("users.agencies"), 303)
    form = ImportForm()
    form.offer_agencies(agencies)
    if form.validate_on_submit() and (configuration := _configuration_sent(form)) is not None:
        name = (form.name.data or "").strip() or configuration.name
        came_from = _("read in from a file")
        made = service.source_from(
            configuration, form.chosen_agency(agencies), name, signed_in(), came_from
        )
        db.session.commit()
        return _to_set_up(made, configuration)
    page = render_template("configurations/import.html", form=form, most=LARGEST)
    return page, 422 if form.errors else 200


def _configuration_sent(form: ImportForm) -> ConfigurationFile | None:
    with closing(form.file.data.stream) as sent:
        content: bytes = sent.read(LARGEST + 1)
    if len(content) > LARGEST:
        form.file.errors = [_("A configuration has up to 2 MB; this file is larger.")]
        return None
    try:
        return configuration_in(content)
    except ConfigurationRefused as refused:
        form.file.errors = refused.mistakes
        return None


def _to_set_up(made: Source, configuration: ConfigurationFile) -> ResponseReturnValue:
    if MASK in made.location:
        words = _("Type the whole address again: the secret in it was not taken along.")
        flash(words, "warning")
    if configuration.credentials is not None:
        flash(_("Type what the server asks for again: it was not taken along."), "warning")
    if configuration.webhook is not None:
        words = _("It has a webhook with an address of its own: make its secret.")
        flash(words, "warning")
    where = "webhook.show" if listens_only(made) else "setup.where"
    return go_to(url_for(where, id=made.id))


def _json(content: object) -> bytes:
    """Indented: people read such files, and compare two of them line by line."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)
