"""The audit log of everything one may see, newest first, a page from one id on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from webapp.access import scope, signed_in
from webapp.extensions import db
from webapp.models import AuditEntry, Source, User

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Each is off when it is empty; days are of UTC, both inclusive."""

    agency_id: int | None = None
    # A part of the name that a source has now or had then.
    source: str = ""
    person_id: int | None = None
    actions: Collection[str] = ()
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`newer` and `older` are the ids from which the neighbouring pages go on."""

    rows: Sequence[AuditEntry]
    newer: int | None
    older: int | None


def audit_page(filters: AuditFilters, before: int | None, after: int | None) -> AuditPage:
    """`before` asks for those older than that id, `after` for those newer."""
    statement = _matching(filters)
    if after is not None:
        rising = statement.where(AuditEntry.id > after).order_by(AuditEntry.id.asc())
        found = db.session.scalars(rising.limit(PAGE_SIZE + 1)).all()
        rows = found[:PAGE_SIZE][::-1]
        return AuditPage(
            rows,
            newer=rows[0].id if len(found) > PAGE_SIZE else None,
            older=rows[-1].id if rows else None,
        )
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    falling = statement.order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1)
    found = db.session.scalars(falling).all()
    rows = found[:PAGE_SIZE]
    return AuditPage(
        rows,
        newer=rows[0].id if rows and before is not None else None,
        older=rows[-1].id if len(found) > PAGE_SIZE else None,
    )


def people_in_log() -> list[tuple[int, str]]:
    """Everyone who did something that one may see."""
    did = exists().where(AuditEntry.user_id == User.id)
    person = signed_in()
    if not person.is_admin:
        did = did.where(AuditEntry.agency_id == person.agency_id)
    statement = select(User.id, User.name).where(did).order_by(User.name, User.id)
    return [(id, name) for id, name in db.session.execute(statement)]


def _matching(filters: AuditFilters) -> Select[AuditEntry]:
    statement = (
        scope(select(AuditEntry), AuditEntry)
        .outerjoin(AuditEntry.source)
        .options(
            contains_eager(AuditEntry.source),
            joinedload(AuditEntry.agency),
            joinedload(AuditEntry.user),
        )
    )
    if filters.agency_id is not None:
        statement = statement.where(AuditEntry.agency_id == filters.agency_id)
    if filters.source:
        statement = statement.where(
            or_(
                Source.name.icontains(filters.source, autoescape=True),
                AuditEntry.source_name.icontains(filters.source, autoescape=True),
            )
        )
    if filters.person_id is not None:
        statement = statement.where(AuditEntry.user_id == filters.person_id)
    if filters.actions:
        statement = statement.where(AuditEntry.action.in_(filters.actions))
    if filters.first_day:
        begin = datetime.combine(filters.first_day, time.min, UTC)
        statement = statement.where(AuditEntry.at >= begin)
    if filters.last_day:
        end = datetime.combine(filters.last_day, time.max, UTC)
        statement = statement.where(AuditEntry.at <= end)
    return statement
