"""What the editor of a rule, of a block or of the ids sends."""

from dataclasses import replace

from flask import abort, request
from flask.typing import ResponseReturnValue

from webapp.access import editors_only, source_or_404
from webapp.extensions import db
from webapp.htmx import go_to, wants_fragment
from webapp.offers.mapping_edits import EditRefused, parsed_address
from webapp.services.drafts import DraftMoved
from webapp.views.mapping.blueprint import bp
from webapp.views.mapping.editing import apply_edit, moved_page, refusal, sent_form
from webapp.views.mapping.editor import Editor, editor_at, traced
from webapp.views.mapping.edits import block_of, changed
from webapp.views.mapping.page import Studio, studio_page
from webapp.views.mapping.rule_form import sent_inputs


@bp.post("/sources/<int:id>/mapping/fields/<path:address>")
@editors_only
def change(id: int, address: str) -> ResponseReturnValue:
    studio = Studio(source_or_404(id))
    do = request.form.get("do", "apply")
    try:
        words = apply_edit(studio, lambda document: changed(document, address, sent_form()))
    except DraftMoved as moved:
        return moved_page(studio, moved)
    except EditRefused as error:
        db.session.rollback()
        return _refused(studio.again(), address, refusal(error))
    after = studio.again()
    editor = _editor(after, _next_address(after, address, do))
    if not wants_fragment():
        return go_to(after.address(editor.address if editor else None))
    return studio_page(after, editor, announce=words)


def _next_address(studio: Studio, address: str, do: str) -> str | None:
    """Where what was edited stands now; None when it is gone."""
    if do == "remove":
        return None
    if (block := block_of(address)) is not None:
        name, number = block
        moved = number + {"earlier": -1, "later": 1}.get(do, 0)
        return f"{name}.{min(max(moved, 0), len(getattr(studio.working.document, name)) - 1)}"
    if address == "id":
        return address
    at = parsed_address(address)
    if at.list is not None and at.block is None:
        # The block that was made for it is the last one.
        return str(replace(at, block=len(getattr(studio.working.document, at.list)) - 1))
    return str(at.with_rule(max(0, at.rule + {"earlier": -1, "later": 1}.get(do, 0))))


def _editor(studio: Studio, address: str | None) -> Editor | None:
    if address is None:
        return None
    profile = studio.sample.profile if studio.sample else []
    try:
        return editor_at(studio.working.document, address, profile, studio.record, studio.tables)
    except EditRefused:
        return None


def _refused(studio: Studio, address: str, error: str) -> ResponseReturnValue:
    """The same form as it was sent, with what is wrong."""
    editor = _editor(studio, address)
    if editor is None:
        abort(404)
    sent = replace(
        editor, inputs=sent_inputs(sent_form()), error=error, split=sent_form().get("split", "")
    )
    shown = traced(sent, studio.working.document, studio.record, studio.tables)
    return studio_page(studio, shown, status=422)
