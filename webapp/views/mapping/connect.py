"""Connecting a field of the record with a field of the offer; confirming what was proposed."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, source_or_404
from webapp.extensions import db
from webapp.htmx import go_to, wants_fragment
from webapp.offers.mapping_edits import EditRefused, confirm_all
from webapp.services.drafts import DraftMoved
from webapp.views.mapping.blueprint import bp
from webapp.views.mapping.editing import Edit, apply_edit, moved_page, refusal, sent_form
from webapp.views.mapping.edits import connected
from webapp.views.mapping.page import Studio, studio_page


@bp.post("/sources/<int:id>/mapping/connect")
@editors_only
def connect(id: int) -> ResponseReturnValue:
    """path: of the record; field, or to: the offer's, with |also to keep what it has."""
    studio = Studio(source_or_404(id))
    return _done(studio, lambda document: connected(document, sent_form(), studio.records))


@bp.post("/sources/<int:id>/mapping/confirm")
@editors_only
def confirm(id: int) -> ResponseReturnValue:
    studio = Studio(source_or_404(id))
    return _done(studio, confirm_all, str(_("All proposals checked")))


def _done(studio: Studio, edit: Edit, words: str = "") -> ResponseReturnValue:
    try:
        change = apply_edit(studio, edit, words)
    except DraftMoved as moved:
        return moved_page(studio, moved)
    except EditRefused as error:
        db.session.rollback()
        return studio_page(
            studio.again(),
            status=422, note="mapping/_refused.html", refused=refusal(error),
        )  # fmt: skip
    if not wants_fragment():
        return go_to(studio.address())
    return studio_page(studio.again(), announce=change)
