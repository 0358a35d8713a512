"""The studio's page, with or without an open editor."""

from urllib.parse import urlsplit

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import source_or_404
from webapp.htmx import fragment, page_of_request, target_of_request
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
    # Whoever turns to the next record with the editor open stays where they are.
    was_open = urlsplit(page_of_request()).path == request.path
    return studio_page(studio, editor, opens=not was_open)
