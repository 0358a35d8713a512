"""The canonical offer's plain values as labelled lines, in the order of the fields' catalogue."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.offers.targets import TARGETS

# Shown elsewhere on the page, or inside another line.
_ELSEWHERE = {
    "reference", "url", "status", "category", "type", "subtype", "location.lat", "location.lon",
}  # fmt: skip
# Where the word inside a sentence makes a clumsy label.
_LABELS = {
    "rooms": _l("Rooms"),
    "bedrooms": _l("Bedrooms"),
    "bathrooms": _l("Bathrooms"),
    "new_build": _l("New build"),
    "contact.name": _l("Name"),
    "contact.phones": _l("Phones"),
    "contact.emails": _l("E-mail"),
    "contact.agent_ref": _l("Reference"),
    "location.show_address": _l("Address may be shown"),
    "location.precision": _l("Precision"),
}
_SQUARE_METRES = "areas."


@dataclass(frozen=True, slots=True)
class FactGroup:
    title: str
    lines: list[tuple[str, str]]


def offer_facts(offer: dict[str, Any]) -> list[FactGroup]:
    """Only what is known; `0` and "no" are known."""
    groups = [
        FactGroup(_("Place"), _lines(offer, "location.")),
        FactGroup(_("Size and rooms"), [*_lines(offer, _SQUARE_METRES), *_lines(offer, "")]),
        FactGroup(_("Energy"), _lines(offer, "energy.")),
        FactGroup(_("Contact"), _lines(offer, "contact.")),
        FactGroup(_("Kept from the vendor"), _extra(offer)),
    ]
    return [group for group in groups if group.lines]


def _lines(offer: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    lines = []
    for field, target in TARGETS.items():
        head, dot, key = field.rpartition(".")
        if f"{head}{dot}" != prefix or field in _ELSEWHERE:
            continue
        holder = offer.get(head) or {} if head else offer
        if (value := holder.get(key)) not in (None, "", [], {}):
            label = str(_LABELS.get(field) or _(target.label))
            lines.append((label[:1].upper() + label[1:], _words(value, prefix)))
    if prefix == "location." and (pair := _coordinates(offer)):
        lines.append((_("Coordinates"), pair))
    return lines


def _words(value: object, prefix: str) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    if prefix == _SQUARE_METRES:
        return f"{value:,} m²"
    return str(value)


def _coordinates(offer: dict[str, Any]) -> str:
    place = offer.get("location") or {}
    if place.get("lat") is None or place.get("lon") is None:
        return ""
    return f"{place['lat']}, {place['lon']}"


def _extra(offer: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name.replace("_", " "), _words(value, ""))
        for name, value in (offer.get("extra") or {}).items()
        if value not in (None, "", [], {})
    ]
