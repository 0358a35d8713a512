"""The versions of a source's mapping: who made them, when, and what each does otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, func, select

from webapp.extensions import db
from webapp.models import Lifecycle, Mapping, Offer, Source, User
from webapp.offers.mapping_changes import mapping_changes
from webapp.offers.mapping_document import MappingDocument
from webapp.queries.paging import Listing

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    created_at: datetime
    by: str | None
    """None: by the command line, or by somebody who is gone."""
    changes: int | None
    """Parts that the version before had otherwise; None of the first."""
    is_in_force: bool


def versions_page(source: Source, number: int = 1) -> Listing[Version]:
    """The newest first. Of a source that the caller has scoped."""
    rows = db.session.execute(
        select(Mapping, User.name)
        .outerjoin(User, User.id == Mapping.created_by)
        .where(Mapping.source_id == source.id)
        .order_by(Mapping.version.desc())
        .limit(PAGE_SIZE + 1)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    documents = [MappingDocument.model_validate(mapping.document) for mapping, _ in rows]
    versions = [
        Version(
            mapping.version,
            mapping.created_at,
            name,
            _changes(documents, index),
            mapping.id == source.mapping_id,
        )
        for index, (mapping, name) in enumerate(rows[:PAGE_SIZE])
    ]
    return Listing(versions, number, len(rows) > PAGE_SIZE)


def live_offers(source: Source) -> int:
    """How many offers a new version is applied to."""
    is_live = (Offer.source_id == source.id) & (Offer.lifecycle == Lifecycle.LIVE)
    return db.session.scalar(select(func.count()).select_from(Offer).where(is_live)) or 0


def version_of(source: Source, number: int) -> Mapping | None:
    # Compared as text: an address may hold any number.
    return db.session.scalar(
        select(Mapping).where(
            Mapping.source_id == source.id, cast(Mapping.version, Text) == str(number)
        )
    )


def _changes(documents: Sequence[MappingDocument], index: int) -> int | None:
    """The row behind a page's last one is read for it."""
    if index + 1 >= len(documents):
        return None
    return len(mapping_changes(documents[index + 1], documents[index]))
