"""Reading people and agencies for pages and commands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from webapp.access import scope
from webapp.extensions import db
from webapp.models import Agency, Source, User

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    name: str
    email: str
    role: str
    agency: str | None
    has_password: bool
    is_active: bool
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgencyRow:
    id: int
    name: str
    slug: str
    people: int
    sources: int


@dataclass(frozen=True, slots=True)
class PeoplePage:
    rows: list[PersonRow]
    total: int
    number: int
    size: int = PAGE_SIZE


def people(search: str, agency_id: int | None, page: int) -> PeoplePage:
    statement = scope(
        select(User, Agency.name).outerjoin(Agency, User.agency_id == Agency.id), User
    )
    if search:
        statement = statement.where(
            or_(
                User.name.icontains(search, autoescape=True),
                User.email.icontains(search, autoescape=True),
            )
        )
    if agency_id is not None:
        statement = statement.where(User.agency_id == agency_id)
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    last_page = max(1, -(-total // PAGE_SIZE))
    number = min(max(page, 1), last_page)
    found = db.session.execute(
        statement.order_by(User.deactivated_at.is_not(None), func.lower(User.name), User.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return PeoplePage([_person_row(user, agency) for user, agency in found], total, number)


def _person_row(user: User, agency: str | None) -> PersonRow:
    return PersonRow(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        agency=agency,
        has_password=user.password_hash is not None,
        is_active=user.is_active,
        last_login_at=user.last_login_at,
    )


def agencies() -> list[AgencyRow]:
    people_count = select(func.count()).where(User.agency_id == Agency.id).scalar_subquery()
    source_count = select(func.count()).where(Source.agency_id == Agency.id).scalar_subquery()
    statement = select(Agency, people_count, source_count).order_by(func.lower(Agency.name))
    return [
        AgencyRow(agency.id, agency.name, agency.slug, people, sources)
        for agency, people, sources in db.session.execute(scope(statement, Agency))
    ]


def agency_named(words: str) -> Agency | None:
    """By slug or by name, however it is written."""
    sought = words.strip().lower()
    return db.session.scalar(
        select(Agency).where(or_(Agency.slug == sought, func.lower(Agency.name) == sought))
    )
