"""The mapping that the studio works on: the source's draft, or the version in force of which the
first edit begins one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import DraftStep, Source, User
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.services.drafts import Draft, draft_of
from webapp.services.mappings import document_in_force

STEPS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Working:
    document: MappingDocument
    draft: Draft | None
    is_changed: bool
    """The draft does otherwise than the version in force."""

    @property
    def step(self) -> int:
        return self.draft.step if self.draft else 0


def working_mapping(source: Source) -> Working:
    """Of a source that has a draft or a version."""
    draft = draft_of(source)
    if draft is not None:
        stored: dict[str, Any] | None = source.mapping.document if source.mapping else None
        return Working(draft.document, draft, stored != as_data(draft.document))
    in_force = document_in_force(source)
    assert in_force is not None
    return Working(in_force, None, False)


@dataclass(frozen=True, slots=True)
class ShownStep:
    """Without its document: fifty of them would weigh more than the page."""

    number: int
    change: str
    at: datetime
    by: str | None


def draft_steps(source: Source) -> list[ShownStep]:
    """The newest first."""
    rows = db.session.execute(
        select(DraftStep.number, DraftStep.change, DraftStep.at, User.name)
        .outerjoin(User, User.id == DraftStep.user_id)
        .where(DraftStep.source_id == source.id)
        .order_by(DraftStep.number.desc())
        .limit(STEPS_SHOWN)
    )
    return [ShownStep(*row) for row in rows]
