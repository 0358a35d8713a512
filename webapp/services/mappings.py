"""A source's mapping: every change of it is the next version."""

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import Mapping, Source, User
from webapp.offers.mapping_document import MappingDocument, as_data


def document_in_force(source: Source) -> MappingDocument | None:
    return MappingDocument.model_validate(source.mapping.document) if source.mapping else None


def add_version(source: Source, document: MappingDocument, user: User | None) -> Mapping:
    """Put the document in force as the source's next version. Flushes."""
    latest = db.session.scalar(
        select(Mapping.version)
        .where(Mapping.source_id == source.id)
        .order_by(Mapping.version.desc())
        .limit(1)
    )
    mapping = Mapping(
        source_id=source.id,
        version=(latest or 0) + 1,
        document=as_data(document),
        created_by=user.id if user else None,
    )
    db.session.add(mapping)
    db.session.flush()
    source.mapping_id = mapping.id
    db.session.flush()
    db.session.expire(source, ["mapping"])
    return mapping


def needs_reading(before: MappingDocument, after: MappingDocument) -> bool:
    """Whether the records have to come from the vendor again: other records, or other ids."""
    return any(
        getattr(before, part) != getattr(after, part)
        for part in ("reading", "id", "header", "skip_when")
    )
