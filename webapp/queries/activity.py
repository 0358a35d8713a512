"""Reading the audit log of one source for its page."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.extensions import db
from webapp.models import AuditEntry, Source, User
from webapp.queries.paging import Listing, listing, page_of


def activity(
    source: Source, actions: Collection[str], person_id: int | None, number: int
) -> Listing[AuditEntry]:
    """Newest first; each filter is off when it is empty."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.source_id == source.id)
        .options(joinedload(AuditEntry.user))
        .order_by(AuditEntry.id.desc())
    )
    if actions:
        statement = statement.where(AuditEntry.action.in_(actions))
    if person_id is not None:
        statement = statement.where(AuditEntry.user_id == person_id)
    return listing(db.session.scalars(page_of(statement, number)).all(), number)


def people_at_work(source: Source) -> list[tuple[int, str]]:
    """Everyone who ever did something to the source."""
    ids = select(AuditEntry.user_id).where(AuditEntry.source_id == source.id).distinct()
    statement = select(User.id, User.name).where(User.id.in_(ids)).order_by(User.name, User.id)
    return [(id, name) for id, name in db.session.execute(statement)]
