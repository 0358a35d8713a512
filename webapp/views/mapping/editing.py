"""An edit from its form to the draft's next step: made from the step that its sender saw, refused
in words where it makes no sense, and shown beside the other's where somebody was faster."""

from collections.abc import Callable

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from webapp.access import signed_in
from webapp.extensions import db
from webapp.htmx import fragment, wants_fragment
from webapp.models import DraftStep
from webapp.offers.mapping_changes import mapping_changes
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.offers.mapping_edits import EditRefused
from webapp.services.drafts import DraftMoved, draft_at, edit_draft
from webapp.views.mapping.page import Studio
from webapp.views.mapping_words import mapping_part

LONGEST_WORDS = 160
# Not part of the change itself: sent anew with each try.
NOT_SENT_AGAIN = ("csrf_token", "at_step", "base")

Edit = Callable[[MappingDocument], MappingDocument]


def apply_edit(studio: Studio, edit: Edit, words: str = "") -> str:
    """What was done, in words; "" when nothing is different. Commits.

    :raise DraftMoved: somebody else has changed it since
    :raise EditRefused: the edit makes no sense
    """
    source, user = studio.source, signed_in()
    at_step = _sent_number("at_step")
    if _sent_number("base") != (source.mapping_id or 0):
        raise DraftMoved(None)
    draft = draft_at(source, at_step, user)
    document = edit(draft.document)
    if as_data(document) == as_data(draft.document):
        db.session.rollback()
        return ""
    change = words or edit_words(draft.document, document)
    edit_draft(source, draft.step, document, user, change)
    db.session.commit()
    return change


def edit_words(before: MappingDocument, after: MappingDocument) -> str:
    """The first difference and how many more there are, on one line."""
    changes = mapping_changes(before, after)
    if not changes:
        return str(_("Checked"))
    first = changes[0]
    part = mapping_part(first.part)
    if first.kind == "removed":
        words = str(_("%(part)s: removed", part=part))
    elif first.part.startswith("values."):
        words = part
    else:
        words = f"{part}: {first.after}"
    words = words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS]}…"
    more = len(changes) - 1
    return str(_("%(words)s, and %(count)s more", words=words, count=more)) if more else words


def sent_form() -> MultiDict[str, str]:
    """What was sent, but for the one letter that the database does not take."""
    return MultiDict((name, at.replace("\0", "")) for name, at in request.form.items(multi=True))


def refusal(error: EditRefused) -> str:
    return str(_(error.message, **error.details))


def moved_page(studio: Studio, moved: DraftMoved) -> ResponseReturnValue:
    """Who changed what meanwhile, and one's own change to be made on top of it or left."""
    db.session.rollback()
    step: DraftStep | None = moved.step
    again = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NOT_SENT_AGAIN
    ]
    fresh = studio.again()
    context = {
        "source": studio.source,
        "step": step,
        "again": again,
        "action": request.full_path.rstrip("?"),
        "at_step": fresh.working.step,
        "base": studio.source.mapping_id or 0,
        "address": fresh.address(),
    }
    if wants_fragment():
        html = render_template("mapping/_moved.html", **context)
        return fragment(html, status=422, retarget="#studio-note", reswap="innerHTML")
    return render_template("mapping/moved.html", **context), 409


def _sent_number(name: str) -> int:
    sent = request.form.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) < 18 else 0
