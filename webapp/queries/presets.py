"""Reading presets for pages: those of an agency itself, and the shipped ones with their facts."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.access import scope
from webapp.extensions import db
from webapp.models import Agency, OwnPreset
from webapp.presets import load_preset, preset_names


@dataclass(frozen=True, slots=True)
class ShippedPreset:
    name: str
    title: str
    container: str
    record_paths: tuple[str, ...]
    semantics: str
    fields: int
    """How many fields of the offer it can fill, lists counted once each."""


def own_presets(agency: Agency) -> list[OwnPreset]:
    statement = select(OwnPreset).where(OwnPreset.agency_id == agency.id)
    return list(db.session.scalars(statement.order_by(OwnPreset.title, OwnPreset.id)))


def visible_own_presets() -> list[OwnPreset]:
    """Of every agency that the person sees."""
    statement = scope(select(OwnPreset), OwnPreset).options(
        joinedload(OwnPreset.agency), joinedload(OwnPreset.author)
    )
    return list(db.session.scalars(statement.order_by(OwnPreset.title, OwnPreset.id)))


def shipped_presets() -> list[ShippedPreset]:
    found = []
    for name in preset_names():
        document = load_preset(name)
        lists = {target for target, _block in document.blocks()}
        found.append(
            ShippedPreset(
                name,
                document.title or name,
                document.reading.container,
                tuple(document.reading.record_paths),
                document.semantics,
                len(document.fields) + len(lists),
            )
        )
    return sorted(found, key=lambda preset: preset.title.casefold())
