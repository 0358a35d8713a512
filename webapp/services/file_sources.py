"""Agencies and sources for `flask import FILE`: made when new, found again by slug or name."""

from sqlalchemy import or_, select

from webapp.extensions import db
from webapp.models import Agency, Source
from webapp.services.accounts import create_agency
from webapp.services.credentials import credentials_of
from webapp.services.sources import SourceSettings, create_source, schedule_of, update_source


def source_for_files(agency_words: str, source_words: str, preset: str) -> Source:
    """The source, reading with `preset` from now on; the rest of it stays as it is. Flushes.

    :raise AccountRefused: the agency's name won't do.
    """
    source = known_source(agency_words, source_words)
    if source is None:
        agency = _agency(agency_words) or create_agency(agency_words)
        return create_source(agency, SourceSettings(source_words, location="", preset=preset))
    if source.preset != preset:
        settings = SourceSettings(
            name=source.name,
            location=source.location,
            preset=preset,
            schedule=schedule_of(source),
            credentials=credentials_of(source),
            absent_runs=source.absent_runs,
            hold_share=source.hold_share,
        )
        update_source(source, settings)
    return source


def known_source(agency_words: str, source_words: str) -> Source | None:
    agency = _agency(agency_words)
    if agency is None:
        return None
    return db.session.scalar(
        select(Source).where(
            Source.agency_id == agency.id,
            or_(Source.slug == source_words, Source.name == source_words),
        )
    )


def _agency(words: str) -> Agency | None:
    return db.session.scalar(select(Agency).where(or_(Agency.slug == words, Agency.name == words)))
