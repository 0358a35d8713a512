"""A mapping being worked on: its steps with undo and redo, and its saving. Services flush; their
callers commit.

Everybody who edits a source's mapping edits one draft. Whoever sends a change says which step it
was made from: when another has come in between, it is refused, not mixed in.
"""

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from webapp.extensions import db
from webapp.models import DraftStep, Mapping, MappingDraft, Run, Source, Trigger, User
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.services.mappings import add_version, needs_reading
from webapp.services.remaps import EVERYTHING, ask_for_remap
from webapp.services.runs import RunAlreadyOpen, start_run

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
    can_undo: bool
    can_redo: bool
    based_on: int | None


def draft_of(source: Source) -> Draft | None:
    row = db.session.get(MappingDraft, source.id)
    return _draft(row) if row is not None else None


def open_draft(source: Source, user: User | None) -> Draft:
    """The source's draft, begun from the version in force when there is none.

    :raise NoMapping: when there is no such version either.
    """
    if (draft := draft_of(source)) is not None:
        return draft
    if source.mapping is None:
        raise NoMapping
    return begin_draft(source, MappingDocument.model_validate(source.mapping.document), user, "")


def begin_draft(source: Source, document: MappingDocument, user: User | None, change: str) -> Draft:
    """A draft with this document as its first step, instead of whatever draft there was."""
    discard_draft(source)
    row = MappingDraft(source_id=source.id, based_on=source.mapping_id, step=1)
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
    db.session.execute(
        delete(DraftStep).where(DraftStep.source_id == source.id, DraftStep.number > row.step)
    )
    row.step += 1
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
    # Of two who begin at once, the second waits here and then finds the draft of the first; who
    # only refers to the source (offers, jobs) waits for nobody.
    db.session.refresh(source, with_for_update={"key_share": True})
    begun = db.session.get(MappingDraft, source.id, populate_existing=True)
    if begun is not None:
        raise DraftMoved(db.session.get(DraftStep, (source.id, begun.step)))
    return open_draft(source, user)


def undo(source: Source, at_step: int) -> Draft:
    """:raise DraftMoved: the draft is at another step."""
    return _moved(source, at_step, -1)


def redo(source: Source, at_step: int) -> Draft:
    """:raise DraftMoved: the draft is at another step."""
    return _moved(source, at_step, 1)


def discard_draft(source: Source) -> None:
    db.session.execute(delete(MappingDraft).where(MappingDraft.source_id == source.id))
    db.session.expire_all()


def save_draft(source: Source, at_step: int, user: User | None) -> tuple[Mapping, Run | None]:
    """Put the draft in force as the next version; the run maps the stored records again, or reads
    the feed where they don't do. No run while another is open: its end starts the remap.

    :raise DraftMoved: the draft is at another step.
    """
    draft = _draft(_locked(source, at_step))
    before = MappingDocument.model_validate(source.mapping.document) if source.mapping else None
    mapping = add_version(source, draft.document, user)
    discard_draft(source)
    if before is None:
        return mapping, None
    if not needs_reading(before, draft.document):
        return mapping, ask_for_remap(source, EVERYTHING, user)
    try:
        return mapping, start_run(source, trigger=Trigger.MANUAL, user=user)
    except RunAlreadyOpen:
        return mapping, None


def _locked(source: Source, at_step: int) -> MappingDraft:
    row = db.session.get(MappingDraft, source.id, with_for_update=True, populate_existing=True)
    if row is None or row.step != at_step:
        raise DraftMoved(db.session.get(DraftStep, (source.id, row.step)) if row else None)
    return row


def _moved(source: Source, at_step: int, by: int) -> Draft:
    row = _locked(source, at_step)
    if db.session.get(DraftStep, (source.id, row.step + by)) is not None:
        row.step += by
        db.session.flush()
    return _draft(row)


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
    first, last = db.session.execute(
        select(func.min(DraftStep.number), func.max(DraftStep.number)).where(
            DraftStep.source_id == row.source_id
        )
    ).one()
    step = db.session.get_one(DraftStep, (row.source_id, row.step))
    return Draft(
        source_id=row.source_id,
        document=MappingDocument.model_validate(step.document),
        step=row.step,
        can_undo=row.step > first,
        can_redo=row.step < last,
        based_on=row.based_on,
    )
