"""Agencies and sources for `flask import FILE`: made when new, found again by slug or name."""

from sqlalchemy import or_, select

from webapp.extensions import db
from webapp.models import Agency, Source
from webapp.services.accounts import create_agency
from webapp.services.sources import SourceSettings, create_source, update_source


def source_for_files(agency_name: str, source_name: str, preset: str) -> Source:
    """The source, reading with `preset` from now on. Flushes."""
    agency = db.session.scalar(
        select(Agency).where(or_(Agency.slug == agency_name, Agency.name == agency_name))
    ) or create_agency(agency_name)
    source = db.session.scalar(
        select(Source).where(
            Source.agency_id == agency.id,
            or_(Source.slug == source_name, Source.name == source_name),
        )
    )
    settings = SourceSettings(name=source_name, location="", preset=preset)
    if source is None:
        return create_source(agency, settings)
    if source.preset != preset:
        update_source(source, settings)
    return source
