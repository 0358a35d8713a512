"""Mapping every stored offer of a source again when a person asks, such as after a run that did so
was cancelled."""

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in, source_or_404
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.queries.mappings import live_offers
from webapp.services.remaps import EVERYTHING, ask_for_remap
from webapp.views.mapping.blueprint import bp


@bp.route("/sources/<int:id>/mapping/again", methods=["GET", "POST"])
@editors_only
def again(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    if source.mapping is None:
        abort(404)
    if request.method == "GET":
        return render_template("mapping/again.html", source=source, count=live_offers(source))
    run = ask_for_remap(source, EVERYTHING, signed_in())
    db.session.commit()
    if run is None:
        flash(_("It begins as soon as the run that is going on is over."), "info")
        return go_to(url_for("sources.show", id=id))
    return go_to(url_for("runs.show", id=run.id))
