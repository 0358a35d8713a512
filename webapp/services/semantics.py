"""Whether a source's files hold everything or only what changed: part of its mapping, decided
with its settings. Flushes."""

from typing import Literal

from flask_babel import gettext as _

from webapp.models import Source, User
from webapp.offers.mapping_document import MappingDocument
from webapp.services.drafts import draft_of, edit_draft
from webapp.services.mappings import add_version, document_in_force
from webapp.services.source_lock import lock_source

SemanticsName = Literal["snapshot", "delta"]


def decide_semantics(source: Source, semantics: SemanticsName, user: User) -> None:
    """In the draft and in the version in force, where they say otherwise."""
    lock_source(source)
    draft = draft_of(source)
    if draft is not None and draft.document.semantics != semantics:
        edit_draft(source, draft.step, _saying(draft.document, semantics), user, _words(semantics))
    in_force = document_in_force(source)
    if in_force is not None and in_force.semantics != semantics:
        add_version(source, _saying(in_force, semantics), user)


def _saying(document: MappingDocument, semantics: SemanticsName) -> MappingDocument:
    return document.model_copy(update={"semantics": semantics})


def _words(semantics: SemanticsName) -> str:
    if semantics == "delta":
        return str(_("files hold only what changed"))
    return str(_("files hold every offer"))
