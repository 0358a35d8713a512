"""When an offer is not valid as it was mapped: what is wrong is left out or cut, with a problem a
field, and the rest goes on."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from webapp.offers.canonical_model import OFFER, Offer
from webapp.offers.problems import Problem, problem, storable_text

# Each round removes what the last one complained of; what is left may complain anew.
ROUNDS = 6

CODE_OF_ERROR: dict[str, str] = {
    "literal_error": "unknown_value",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "int_parsing": "bad_number",
    "int_type": "bad_number",
    "int_from_float": "bad_number",
    "float_parsing": "bad_number",
    "float_type": "bad_number",
    "finite_number": "bad_number",
    "bool_parsing": "bad_boolean",
    "bool_type": "bad_boolean",
    "string_too_long": "text_cut",
    "too_long": "too_many_items",
}
CODE_OF_FIELD: dict[str, str] = {
    "url": "bad_url",
    "media.url": "bad_url",
    "location.lat": "bad_coordinates",
    "location.lon": "bad_coordinates",
    "texts.lang": "unknown_language",
    "source_created_at": "bad_date",
    "source_updated_at": "bad_date",
    "available_from": "bad_date",
    "expires_at": "bad_date",
}

Place = tuple[str | int, ...]


def salvaged_offer(
    mapped: Mapping[str, Any], error: ValidationError
) -> tuple[Offer | None, list[Problem]]:
    """The offer without what cannot be used; None when even that is not enough."""
    rest: dict[str, Any] = deepcopy(dict(mapped))
    problems: dict[tuple[str, str], Problem] = {}
    for _ in range(ROUNDS):
        complaints = {_place(rest, complaint): complaint for complaint in error.errors()}
        # From the end, so that the places of list items still to be removed stay true.
        for place in sorted(complaints, key=_order, reverse=True):
            found = _mended(rest, place, complaints[place])
            if found.severity == "error":
                return None, [found]
            problems.setdefault((found.code, found.field), found)
        try:
            return OFFER.validate_python(rest), list(problems.values())
        except ValidationError as remaining:
            error = remaining
    return None, [problem("record_unreadable", detail=error.errors()[0]["msg"])]


def _place(rest: Any, complaint: ErrorDetails) -> Place:
    """Where the fault lies in the offer: pydantic adds union members behind the last key, and for
    something missing names the key that is not there."""
    place: Place = ()
    at = rest
    for key in complaint["loc"]:
        inside_dict = isinstance(at, dict) and key in at
        inside_list = isinstance(at, list) and isinstance(key, int) and key < len(at)
        if not (inside_dict or inside_list):
            break
        at = at[key]
        place = (*place, key)
    return place


def _order(place: Place) -> tuple[str, ...]:
    return tuple(f"{key:09}" if isinstance(key, int) else key for key in place)


def _mended(rest: dict[str, Any], place: Place, complaint: ErrorDetails) -> Problem:
    """Cut or remove what lies at the place."""
    field = ".".join(key for key in place if isinstance(key, str))
    if field in ("", "external_id"):
        too_long = complaint["type"] == "string_too_long"
        return problem("bad_id" if too_long else "missing_id", "external_id", complaint["input"])
    parent: Any = rest
    for key in place[:-1]:
        parent = parent[key]
    raw, last = parent[place[-1]], place[-1]
    code = CODE_OF_FIELD.get(field) or CODE_OF_ERROR.get(complaint["type"], "bad_value")
    if complaint["type"] in ("string_too_long", "too_long"):
        limit = complaint["ctx"]["max_length"]
        parent[last] = raw[:limit]
        if code == "too_many_items" and field == "media":
            code = "too_many_media"
        return problem(code, field, "" if isinstance(raw, list) else raw, limit=limit)
    del parent[last]
    if code == "unknown_value":
        extra = rest["extra"] if isinstance(rest.get("extra"), dict) else {}
        unmapped = extra["unmapped"] if isinstance(extra.get("unmapped"), dict) else {}
        rest["extra"] = extra | {"unmapped": {field: storable_text(raw)} | unmapped}
    return problem(code, field, raw)
