"""The formats that Offerdock knows, and the mappings an agency keeps as presets of its own."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, own_preset_or_404, signed_in, source_or_404
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.queries import presets as queries
from webapp.services import own_presets as service
from webapp.services.own_presets import NothingToShare, TitleTaken
from webapp.views.forms.configurations import PresetForm

bp = Blueprint("presets", __name__)


@bp.get("/presets")
def index() -> ResponseReturnValue:
    return render_template(
        "presets/index.html", own=queries.visible_own_presets(), shipped=queries.shipped_presets()
    )


@bp.route("/sources/<int:id>/share", methods=["GET", "POST"])
@editors_only
def share(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    form = PresetForm(title=source.name)
    if form.validate_on_submit():
        try:
            preset = service.share_mapping(source, form.chosen_title(), signed_in())
        except NothingToShare:
            flash(_("This source has no mapping in force yet: set it up first."), "error")
            return go_to(url_for("sources.show", id=id))
        except TitleTaken:
            _say_taken(form)
        else:
            db.session.commit()
            words = _("%(title)s is a preset of the agency now.", title=preset.title)
            flash(words, "success")
            return go_to(url_for("presets.index"))
    page = render_template("presets/share.html", form=form, source=source)
    return page, 422 if form.errors else 200


@bp.route("/presets/<int:id>/rename", methods=["GET", "POST"])
@editors_only
def rename(id: int) -> ResponseReturnValue:
    preset = own_preset_or_404(id)
    form = PresetForm(title=preset.title)
    if form.validate_on_submit():
        try:
            service.rename_preset(preset, form.chosen_title())
        except TitleTaken:
            _say_taken(form)
        else:
            db.session.commit()
            flash(_("It is called %(title)s now.", title=preset.title), "success")
            return go_to(url_for("presets.index"))
    page = render_template("presets/rename.html", form=form, preset=preset)
    return page, 422 if form.errors else 200


@bp.route("/presets/<int:id>/delete", methods=["GET", "POST"])
@editors_only
def delete(id: int) -> ResponseReturnValue:
    preset = own_preset_or_404(id)
    if request.method == "GET":
        return render_template("presets/delete.html", preset=preset)
    title = preset.title
    service.delete_preset(preset)
    db.session.commit()
    flash(_("The preset %(title)s is deleted.", title=title), "success")
    return go_to(url_for("presets.index"))


def _say_taken(form: PresetForm) -> None:
    words = _("There is a preset of this name already: choose another.")
    form.title.errors = [*form.title.errors, words]
