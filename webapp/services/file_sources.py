"""Agencies and sources for `flask import FILE`: made when new, found again by slug or name."""

from sqlalchemy import or_, select

from webapp.extensions import db
from webapp.fetching import Fetching
from webapp.models import Agency, Source
from webapp.offers.mapping_document import MappingDocument
from webapp.services.accounts import create_agency
from webapp.services.credentials import credentials_of
from webapp.services.locations import location_of
from webapp.services.sources import SourceSettings, create_source, schedule_of, update_source


def source_for_files(
    agency_words: str, source_words: str, preset: str, proposed: MappingDocument | None = None
) -> Source:
    """The source, reading with `preset`, or with the mapping `proposed` under its name, from now
    on; the rest of it stays as it is. Flushes.

    :raise AccountRefused: the agency's name won't do.
    """
    source = known_source(agency_words, source_words)
    if source is None:
        agency = _agency(agency_words) or create_agency(agency_words)
        settings = SourceSettings(source_words, location="", preset=preset, document=proposed)
        return create_source(agency, settings)
    if source.preset != preset or proposed is not None:
        settings = SourceSettings(
            name=source.name,
            location=location_of(source),
            preset=preset,
            schedule=schedule_of(source),
            credentials=credentials_of(source),
            absent_runs=source.absent_runs,
            hold_share=source.hold_share,
            max_bytes=source.max_bytes,
            document=proposed,
            fetching=Fetching.model_validate(source.fetching),
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
