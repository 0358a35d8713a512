"""Every field of the canonical offer a mapping may fill: what kind of value it holds and what it
is called on pages and in messages."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from webapp.offers import enums
from webapp.offers.iso_codes import COUNTRIES, LANGUAGES

Kind = Literal[
    "any",
    "area",
    "boolean",
    "code",
    "coordinate",
    "currency",
    "date",
    "day",
    "floor",
    "html",
    "integer",
    "number",
    "text",
    "text_list",
    "url",
]
ListTarget = Literal["deals", "texts", "features", "media"]


def N_(message: str) -> str:
    """Mark a message for the catalogue; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Target:
    kind: Kind
    label: str
    codes: Collection[str] = ()
    """Only for kind code: the words the field may hold."""


TARGETS: dict[str, Target] = {
    "reference": Target("text", N_("reference")),
    "alternate_ids": Target("text_list", N_("other ids")),
    "parent_id": Target("text", N_("id of the building or project")),
    "url": Target("url", N_("link to the offer")),
    "status": Target("code", N_("status"), enums.STATUSES),
    "category": Target("code", N_("category"), enums.CATEGORIES),
    "type": Target("code", N_("type"), enums.OFFER_TYPES),
    "subtype": Target("text", N_("vendor's type")),
    "location.country": Target("code", N_("country"), COUNTRIES),
    "location.region": Target("text", N_("region")),
    "location.city": Target("text", N_("town")),
    "location.district": Target("text", N_("district")),
    "location.street": Target("text", N_("street")),
    "location.number": Target("text", N_("house number")),
    "location.postcode": Target("text", N_("postcode")),
    "location.lat": Target("coordinate", N_("latitude")),
    "location.lon": Target("coordinate", N_("longitude")),
    "location.precision": Target("code", N_("precision of the place"), enums.PRECISIONS),
    "location.show_address": Target("boolean", N_("whether the address may be shown")),
    "location.raw": Target("text", N_("place as the vendor wrote it")),
    "areas.total": Target("area", N_("total area")),
    "areas.living": Target("area", N_("living area")),
    "areas.usable": Target("area", N_("usable area")),
    "areas.built": Target("area", N_("built area")),
    "areas.plot": Target("area", N_("plot area")),
    "areas.terrace": Target("area", N_("terrace area")),
    "areas.kitchen": Target("area", N_("kitchen area")),
    "areas.garden": Target("area", N_("garden area")),
    "rooms": Target("number", N_("number of rooms")),
    "bedrooms": Target("integer", N_("number of bedrooms")),
    "bathrooms": Target("number", N_("number of bathrooms")),
    "floor": Target("floor", N_("floor")),
    "floors_total": Target("integer", N_("floors in the building")),
    "parking": Target("integer", N_("parking spaces")),
    "year_built": Target("integer", N_("year of construction")),
    "condition": Target("code", N_("condition"), enums.CONDITIONS),
    "construction": Target("text", N_("construction")),
    "new_build": Target("boolean", N_("whether it is new")),
    "energy.class": Target("code", N_("energy class"), enums.ENERGY_CLASSES),
    "energy.consumption": Target("text", N_("energy consumption")),
    "energy.emissions": Target("text", N_("emissions")),
    "contact.name": Target("text", N_("contact's name")),
    "contact.phones": Target("text_list", N_("contact's phones")),
    "contact.emails": Target("text_list", N_("contact's e-mail addresses")),
    "contact.agent_ref": Target("text", N_("contact's reference")),
    "source_created_at": Target("date", N_("date of creation")),
    "source_updated_at": Target("date", N_("date of last change")),
    "available_from": Target("day", N_("date it is free from")),
    "expires_at": Target("date", N_("date it expires")),
}

LIST_TARGETS: dict[ListTarget, dict[str, Target]] = {
    "deals": {
        "deal": Target("code", N_("deal"), enums.DEAL_KINDS),
        "amount": Target("number", N_("price")),
        "currency": Target("currency", N_("currency")),
        "period": Target("code", N_("price period"), enums.PERIODS),
        "per": Target("code", N_("what the price is for"), enums.PERS),
        "on_request": Target("boolean", N_("whether the price is on request")),
        "qualifier": Target("text", N_("note on the price")),
    },
    "texts": {
        "lang": Target("code", N_("language"), LANGUAGES),
        "title": Target("text", N_("title")),
        "short": Target("text", N_("short description")),
        "description": Target("html", N_("description")),
    },
    "features": {
        "code": Target("text", N_("feature code")),
        "label": Target("text", N_("feature")),
    },
    "media": {
        "kind": Target("code", N_("kind of medium"), enums.MEDIA_KINDS),
        "url": Target("url", N_("address of a picture or file")),
        "archive_path": Target("text", N_("file name in the archive")),
        "main": Target("boolean", N_("whether it is the main picture")),
        "order": Target("number", N_("place among the pictures and files")),
        "caption": Target("text", N_("caption")),
    },
}

# Without one of these a list item says nothing and is left out.
ITEM_KEYS: dict[ListTarget, tuple[str, ...]] = {
    "deals": ("deal",),
    "texts": ("title", "short", "description"),
    "features": ("code", "label"),
    "media": ("url", "archive_path"),
}

EXTRA_PREFIX = "extra."


def target_of(field: str) -> Target | None:
    """The target named `areas.built` or `media.url`; any `extra.<name>` is one too."""
    if field.startswith(EXTRA_PREFIX) and len(field) > len(EXTRA_PREFIX):
        return Target("any", field.removeprefix(EXTRA_PREFIX))
    for name, fields in LIST_TARGETS.items():
        if field.startswith(f"{name}."):
            return fields.get(field.removeprefix(f"{name}."))
    return TARGETS.get(field)


@lru_cache(maxsize=512)
def field_label(field: str) -> str:
    """What a person calls the field; its own name when it is none of ours."""
    target = target_of(field)
    return target.label if target else field
