"""The mapping that the studio works on: the source's draft, or the version in force of which the
first edit begins one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import DraftStep, MappingDraft, Source
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.services.drafts import Draft, draft_of

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


def working_mapping(source: Source) -> Working | None:
    """None: the source has no mapping at all yet."""
    draft = draft_of(source)
    if draft is not None:
        stored: dict[str, Any] | None = source.mapping.document if source.mapping else None
        return Working(draft.document, draft, stored != as_data(draft.document))
    if source.mapping is None:
        return None
    return Working(MappingDocument.model_validate(source.mapping.document), None, False)


def draft_steps(source: Source) -> tuple[list[DraftStep], int]:
    """The newest first, and the number of the one in force."""
    draft = db.session.get(MappingDraft, source.id)
    if draft is None:
        return [], 0
    steps = db.session.scalars(
        select(DraftStep)
        .where(DraftStep.source_id == source.id)
        .order_by(DraftStep.number.desc())
        .limit(STEPS_SHOWN)
    )
    return list(steps), draft.step
