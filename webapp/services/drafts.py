"""A mapping being worked on: its steps with undo and redo, and its saving. Services flush; their
callers commit.

Everybody who edits a source's mapping edits one draft. Whoever sends a change says which step it
was made from: when another has come in between, it is refused, not mixed in. So no step's number
is given a second time, neither after an undo nor to a draft that takes another's place.
"""

from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select

from webapp.extensions import db
from webapp.models import DraftStep, Mapping, MappingDraft, Run, Source, User
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.services.mappings import add_version, document_in_force, needs_reading
from webapp.services.remaps import EVERYTHING, READING, ask_for_remap
from webapp.services.source_lock import lock_source

# Steps that can be undone; the oldest are forgotten.
MOST_STEPS = 200


class DraftMoved(Exception):
    """Somebody else has changed the draft since: `step` is the one in force, or None when the
    draft was saved or discarded."""

    def __init__(self, step: DraftStep | None) -> None:
        super().__init__("The mapping was changed by somebody else meanwhile.")
        self.step = step


class NoMapping(Exception):
    """The source has neither a draft nor a mapping to begin one from."""


@dataclass(frozen=True, slots=True)
class Draft:
    source_id: int
    document: MappingDocument
    step: int
    """Given back with every edit."""
    changes: int
    """Made since it was begun, as far as they can be undone."""
    can_redo: bool
    based_on: int | None

    @property
    def can_undo(self) -> bool:
        return self.changes > 0


def draft_of(source: Source) -> Draft | None:
    row = db.session.get(MappingDraft, source.id)
    return _draft(row) if row is not None else None


def document_of(source: Source) -> MappingDocument | None:
    """The mapping in force, or the one that is being set up."""
    if (in_force := document_in_force(source)) is not None:
        return in_force
    draft = draft_of(source)
    return draft.document if draft else None


def open_draft(source: Source, user: User | None) -> Draft:
    """The source's draft, begun from the version in force when there is none.

    :raise NoMapping: when there is no such version either.
    """
    if (draft := draft_of(source)) is not None:
        return draft
    if (in_force := document_in_force(source)) is None:
        raise NoMapping
    return begin_draft(source, in_force, user, "")


def begin_draft(source: Source, document: MappingDocument, user: User | None, change: str) -> Draft:
    """A draft with this document as its first step, instead of whatever draft there was."""
    lock_source(source)
    number = _last_number(source.id) + 1
    discard_draft(source)
    row = MappingDraft(source_id=source.id, based_on=source.mapping_id, step=number)
    db.session.add(row)
    db.session.flush()
    _add_step(row, document, user, change)
    return _draft(row)


def edit_draft(
    source: Source, at_step: int, document: MappingDocument, user: User | None, change: str
) -> Draft:
    """The document as the draft's next step; `change` says what was done, in a few words.

    :raise DraftMoved: the draft is at another step.
    """
    row = _locked(source, at_step)
    number = _last_number(source.id) + 1
    db.session.execute(
        delete(DraftStep).where(DraftStep.source_id == source.id, DraftStep.number > row.step)
    )
    row.step = number
    _add_step(row, document, user, change)
    db.session.execute(
        delete(DraftStep).where(
            DraftStep.source_id == source.id, DraftStep.number <= row.step - MOST_STEPS
        )
    )
    return _draft(row)


def draft_at(source: Source, at_step: int, user: User | None) -> Draft:
    """The draft that somebody sees at this step; 0 stands for the version in force, from which
    a draft is begun then.

    :raise DraftMoved: the draft is at another step.
    :raise NoMapping: there is no version in force either.
    """
    if at_step:
        return _draft(_locked(source, at_step))
    # Of two who begin at once, the second waits here and then finds the draft of the first.
    lock_source(source)
    begun = db.session.get(MappingDraft, source.id, populate_existing=True)
    if begun is not None:
        raise DraftMoved(db.session.get(DraftStep, (source.id, begun.step)))
    return open_draft(source, user)


def undo(source: Source, at_step: int) -> Draft:
    """:raise DraftMoved: the draft is at another step."""
    before = select(func.max(DraftStep.number)).where(DraftStep.number < at_step)
    return _moved(source, at_step, before)


def redo(source: Source, at_step: int) -> Draft:
    """:raise DraftMoved: the draft is at another step."""
    behind = select(func.min(DraftStep.number)).where(DraftStep.number > at_step)
    return _moved(source, at_step, behind)


def discard_draft(source: Source) -> None:
    db.session.execute(delete(MappingDraft).where(MappingDraft.source_id == source.id))
    db.session.expire_all()


def save_draft(source: Source, at_step: int, user: User | None) -> tuple[Mapping, Run | None]:
    """Put the draft in force as the next version; the run maps the stored records again, or reads
    the feed where they don't do. No run while another is open, whose end starts it then; nor where
    files are sent in and have to be read: the next file is read that way.

    :raise DraftMoved: the draft is at another step.
    """
    draft = _draft(_locked(source, at_step))
    before = document_in_force(source)
    mapping = add_version(source, draft.document, user)
    discard_draft(source)
    if before is None:
        return mapping, None
    if not needs_reading(before, draft.document):
        return mapping, ask_for_remap(source, EVERYTHING, user)
    if not source.location:
        return mapping, None
    return mapping, ask_for_remap(source, READING, user)


def _locked(source: Source, at_step: int) -> MappingDraft:
    row = db.session.get(MappingDraft, source.id, with_for_update=True, populate_existing=True)
    if row is None or row.step != at_step:
        raise DraftMoved(db.session.get(DraftStep, (source.id, row.step)) if row else None)
    return row


def _moved(source: Source, at_step: int, to: Select[int]) -> Draft:
    row = _locked(source, at_step)
    number: int | None = db.session.scalar(to.where(DraftStep.source_id == source.id))
    if number is not None:
        row.step = number
        db.session.flush()
    return _draft(row)


def _last_number(source_id: int) -> int:
    """Of the draft's steps, undone ones too; 0 without a draft."""
    last = select(func.max(DraftStep.number)).where(DraftStep.source_id == source_id)
    return db.session.scalar(last) or 0


def _add_step(row: MappingDraft, document: MappingDocument, user: User | None, change: str) -> None:
    db.session.add(
        DraftStep(
            source_id=row.source_id,
            number=row.step,
            document=as_data(document),
            change=change,
            user_id=user.id if user else None,
        )
    )
    db.session.flush()


def _draft(row: MappingDraft) -> Draft:
    before, behind = db.session.execute(
        select(
            func.count().filter(DraftStep.number < row.step),
            func.count().filter(DraftStep.number > row.step),
        ).where(DraftStep.source_id == row.source_id)
    ).one()
    step = db.session.get_one(DraftStep, (row.source_id, row.step))
    return Draft(
        source_id=row.source_id,
        document=MappingDocument.model_validate(step.document),
        step=row.step,
        changes=before,
        can_redo=behind > 0,
        based_on=row.based_on,
    )
