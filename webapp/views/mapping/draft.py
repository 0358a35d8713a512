"""Going back and forth between the steps of a draft, and giving it up."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, source_or_404
from webapp.extensions import db
from webapp.htmx import go_to, wants_fragment
from webapp.models import DraftStep, SourceStatus
from webapp.services.drafts import DraftMoved, discard_draft, draft_of, redo, undo
from webapp.views.mapping.blueprint import bp
from webapp.views.mapping.editing import moved_page
from webapp.views.mapping.page import Studio, studio_page


@bp.post("/sources/<int:id>/mapping/undo")
@editors_only
def undo_step(id: int) -> ResponseReturnValue:
    return _moved(id, back=True)


@bp.post("/sources/<int:id>/mapping/redo")
@editors_only
def redo_step(id: int) -> ResponseReturnValue:
    return _moved(id, back=False)


@bp.route("/sources/<int:id>/mapping/discard", methods=["GET", "POST"])
@editors_only
def discard(id: int) -> ResponseReturnValue:
    """Asks first. What is being set up has no version to go back to: there, steps are undone."""
    source = source_or_404(id)
    draft = draft_of(source)
    if draft is None or source.status == SourceStatus.SETUP:
        return redirect(url_for("mapping.show", id=id), 303)
    if request.method == "GET":
        return render_template("mapping/discard.html", source=source, draft=draft)
    discard_draft(source)
    db.session.commit()
    flash(_("The draft is gone; the mapping in force was never touched."), "success")
    return go_to(url_for("mapping.show", id=id))


def _moved(id: int, *, back: bool) -> ResponseReturnValue:
    studio = Studio(source_or_404(id))
    at_step = request.form.get("at_step", 0, type=int)
    try:
        draft = (undo if back else redo)(studio.source, at_step)
    except DraftMoved as moved:
        return moved_page(studio, moved)
    step = db.session.get(DraftStep, (id, at_step if back else draft.step))
    words = step.change if step else ""
    db.session.commit()
    if not wants_fragment():
        return go_to(studio.address())
    said = _("Undone: %(change)s", change=words) if back else _("Redone: %(change)s", change=words)
    return studio_page(studio.again(), announce=str(said))
