"""Mappings that an agency keeps as presets of its own. Services flush; their callers commit."""

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import OwnPreset, Source, User
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.offers.proposals.proposal import NAME as PROPOSED
from webapp.presets import preset_names
from webapp.services.audit import note
from webapp.services.mappings import document_in_force
from webapp.slugs import free_slug


class NothingToShare(Exception):
    """The source has no mapping in force yet."""


class TitleTaken(Exception):
    """The agency has a preset of this title."""


def share_mapping(source: Source, title: str, user: User) -> OwnPreset:
    """The mapping in force, for other sources of the agency to begin with; what becomes of it there
    changes nothing here.

    :raise NothingToShare: there is none.
    :raise TitleTaken: the agency has a preset of this title.
    """
    if (document := document_in_force(source)) is None:
        raise NothingToShare
    _keep_free(source.agency_id, title)
    own = db.session.scalars(select(OwnPreset.slug).where(OwnPreset.agency_id == source.agency_id))
    # A mapping of one of these names is taken for what the name stands for.
    slug = free_slug(title, {*own, *preset_names(), PROPOSED}, fallback="preset")
    # Under a name and title of its own: nothing takes it for the shipped preset it came from.
    named = MappingDocument.model_validate({**as_data(document), "name": slug, "title": title})
    preset = OwnPreset(
        agency_id=source.agency_id,
        slug=slug,
        title=title,
        document=as_data(named),
        created_by=user.id,
    )
    db.session.add(preset)
    db.session.flush()
    note("preset_shared", source, user, title=title)
    return preset


def rename_preset(preset: OwnPreset, title: str) -> None:
    """:raise TitleTaken: another preset of the agency has this title."""
    if title != preset.title:
        _keep_free(preset.agency_id, title)
    preset.title = title
    preset.document = {**preset.document, "title": title}
    db.session.flush()


def delete_preset(preset: OwnPreset) -> None:
    """Sources that began with it keep their mappings."""
    db.session.delete(preset)
    db.session.flush()


def _keep_free(agency_id: int, title: str) -> None:
    same = select(OwnPreset.id).where(OwnPreset.agency_id == agency_id, OwnPreset.title == title)
    if db.session.scalar(same.limit(1)) is not None:
        raise TitleTaken
