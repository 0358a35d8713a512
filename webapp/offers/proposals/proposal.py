"""From the profile of a feed's records to a mapping: every rule says how sure it is, and what is
less than half sure is left to a person."""

from dataclasses import dataclass, field
from typing import Any

from webapp.offers.enums import CATEGORIES, CONDITIONS, OFFER_TYPES, STATUSES
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.proposals.choice import Candidate, Choice, chosen
from webapp.offers.proposals.deal_blocks import deal_blocks
from webapp.offers.proposals.media_blocks import feature_blocks, media_blocks
from webapp.offers.proposals.profile import PathProfile, Profile
from webapp.offers.proposals.rule_parts import (
    ZERO_IS_UNKNOWN,
    Json,
    coded,
    counted_figure,
    rule,
    table_of,
    unit_beside,
    unit_in_name,
)
from webapp.offers.proposals.text_blocks import text_blocks
from webapp.offers.proposals.value_fit import recognised
from webapp.offers.proposals.values import AFTER_A_DATE, is_date_in
from webapp.offers.reading import Reading
from webapp.offers.targets import TARGETS

NAME = "proposed"
CODED = {
    "status": ("statuses", frozenset(STATUSES)),
    "category": ("categories", frozenset(CATEGORIES)),
    "type": ("types", frozenset(OFFER_TYPES)),
    "condition": ("conditions", frozenset(CONDITIONS)),
}
# A 0 in them means that nobody filled the field in.
NEVER_ZERO = frozenset(
    {"rooms", "bathrooms", "year_built", "floors_total", "location.lat", "location.lon"}
)
OF_THE_TYPE = 0.6
OF_THE_ID = 0.6
OF_DATES = 0.6


@dataclass(slots=True)
class Proposal:
    document: MappingDocument
    warnings: list[str] = field(default_factory=list)


def proposed_mapping(profile: Profile, reading: Reading, id_paths: tuple[str, ...]) -> Proposal:
    choice = chosen(profile, id_paths)
    values: dict[str, dict[str, str]] = {}
    warnings: list[str] = []
    document: dict[str, Any] = {
        "format": 1,
        "name": NAME,
        "title": "Proposed",
        "reading": reading.model_dump(exclude_defaults=True) | {"container": reading.container},
        "id": list(id_paths),
        "fields": _fields(choice, values, id_paths),
        "deals": deal_blocks(choice, values, warnings),
        "texts": text_blocks(choice),
        "features": feature_blocks(choice, values),
        "media": media_blocks(choice),
        "values": values,
    }
    if document["deals"] and not any("currency" in deal["fields"] for deal in document["deals"]):
        warnings.append("no_currency")
    if not document["deals"]:
        warnings.append("no_price")
    return Proposal(MappingDocument.model_validate(document), warnings)


def _fields(choice: Choice, values: dict[str, dict[str, str]], id_paths: tuple[str, ...]) -> Json:
    fields: Json = {}
    if not choice.first("reference") and (own := _of_the_id(choice, id_paths)) is not None:
        fields["reference"] = own
    month_first = _months_come_first(choice)
    for target in TARGETS:
        pairs = choice.all(target)
        if not pairs:
            continue
        if target in CODED:
            words, codes = CODED[target]
            table = table_of(words, pairs[0].at, codes)
            if target == "category" and not table and _says_another(pairs[0].at):
                continue
            values[words] = table
            fields[target] = coded(pairs[0], words)
            if target == "type":
                fields["subtype"] = rule(pairs[0])
        elif target.startswith("areas."):
            fields[target] = _area(choice, pairs[0])
        elif TARGETS[target].kind in ("date", "day"):
            fields[target] = _dated(pairs[0], TARGETS[target].kind, month_first=month_first)
        elif len(pairs) > 1:
            confidence = min(pair.confidence for pair in pairs)
            paths = [pair.path for pair in pairs]
            fields[target] = {"paths": paths, "confidence": confidence}
        elif target in NEVER_ZERO:
            fields[target] = rule(pairs[0], ZERO_IS_UNKNOWN, *counted_figure(pairs[0].at))
        else:
            fields[target] = rule(pairs[0], *counted_figure(pairs[0].at))
    _add_point(choice, fields)
    _add_rooms_of_type(choice, fields, values)
    return fields


def _says_another(at: PathProfile) -> bool:
    """Some call "category" what says the type, or whether to buy or to rent."""
    return max(recognised("types", at), recognised("deals", at)) > 0.5


def _of_the_id(choice: Choice, id_paths: tuple[str, ...]) -> Json | None:
    """Ids with letters are what people call the offer by, where no other reference is."""
    for at in choice.profile.paths.values():
        has_letters = sum(any(map(str.isalpha, word)) or "-" in word for word in at.seen)
        if at.path in id_paths and has_letters > at.distinct / 2 and at.mean_length < 30:
            return {"path": at.path, "confidence": OF_THE_ID}
    return None


def _months_come_first(choice: Choice) -> bool:
    """A 02/18/2026 anywhere says how 01/09/2026 is meant in the whole file."""
    dates = [at for at in choice.profile.paths.values() if at.share("date") > OF_DATES]
    words = {word for at in dates for word in at.seen if "/" in word}
    return any(not is_date_in(word, "day_first") for word in words) and all(
        is_date_in(word, "month_first") for word in words
    )


def _dated(pair: Candidate, kind: str, *, month_first: bool) -> Json:
    if month_first and any("/" in word for word in pair.at.seen):
        return rule(pair, {"name": kind, "params": {"order": "month_first"}})
    if any(AFTER_A_DATE.search(word) for word in pair.at.seen):
        return rule(pair, {"name": "extract", "params": {"pattern": "[0-9][0-9.:/ -]*"}})
    return rule(pair)


def _area(choice: Choice, pair: Candidate) -> Json:
    made = rule(pair, ZERO_IS_UNKNOWN)
    beside = unit_beside(choice, pair.at)
    if beside is not None:
        made["unit"] = beside.path
    if (unit := unit_in_name(pair)) is not None:
        made["unit_default"] = unit
    return made


def _add_point(choice: Choice, fields: Json) -> None:
    """ "42.69,23.32" in one cell; longitude first where the first number can't be a latitude."""
    point = choice.first("location.latlon")
    if point is None or "location.lat" in fields:
        return
    sample = next(iter(point.at.seen))
    separator = next(sign for sign in (";", ",", "|", " ") if sign in sample)
    for place, name in enumerate(("location.lat", "location.lon")):
        steps = (
            {"name": "split", "params": {"separator": separator}},
            {"name": "item", "params": {"index": place}},
        )
        fields[name] = rule(point, *steps)


def _add_rooms_of_type(choice: Choice, fields: Json, values: dict[str, dict[str, str]]) -> None:
    """Bulgarian and Italian type names say how many rooms there are: тристаен has three."""
    of_type = choice.first("type")
    if of_type is None or "rooms" in fields or "bedrooms" in fields:
        return
    table = table_of("rooms", of_type.at)
    if not table:
        return
    values["rooms_of_type"] = table
    confidence = min(OF_THE_TYPE, of_type.confidence)
    fields["rooms"] = {
        "path": of_type.path,
        "values": "rooms_of_type",
        "unknown": "ignore",
        "confidence": confidence,
    }
