"""The studio's page, with or without an open editor."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from webapp.access import source_or_404
from webapp.htmx import fragment, target_of_request
from webapp.offers.mapping_edits import EditRefused
from webapp.views.mapping.blueprint import bp
from webapp.views.mapping.editor import editor_at
from webapp.views.mapping.page import Studio, studio_page


@bp.get("/sources/<int:id>/mapping")
def show(id: int) -> ResponseReturnValue:
    studio = Studio(source_or_404(id))
    if target_of_request() == "record-list":
        html = render_template("mapping/_record_list.html", **studio.context())
        return fragment(html, push_url=studio.address())
    return studio_page(studio)


@bp.get("/sources/<int:id>/mapping/fields/<path:address>")
def edit(id: int, address: str) -> ResponseReturnValue:
    studio = Studio(source_or_404(id))
    profile = studio.sample.profile if studio.sample else []
    try:
        editor = editor_at(studio.working.document, address, profile, studio.record, studio.tables)
    except EditRefused:
        abort(404)
    return studio_page(studio, editor, opens=True)
