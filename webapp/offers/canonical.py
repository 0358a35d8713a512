"""From an offer in the making to a canonical one: valid, complete, ready for a JSON column, with a
problem for everything that had to be left out."""

from collections.abc import Mapping
from typing import Any, cast

import orjson
from pydantic import ValidationError

from webapp.offers.canonical_model import OFFER, Location, Medium, Offer, canonical_schema
from webapp.offers.enums import CATEGORY_OF_TYPE
from webapp.offers.places import placed
from webapp.offers.problems import Problem, problem
from webapp.offers.salvage import salvaged_offer

__all__ = ["Offer", "canonical_json", "canonical_offer", "canonical_schema"]


def canonical_offer(
    mapped: Mapping[str, Any],
) -> tuple[dict[str, Any] | None, list[Problem]]:
    """An Offer as a plain dict, its keys always in the same order; None when it has no id."""
    problems: list[Problem] = []
    given = mapped.get("location")
    if isinstance(given, dict) and "lat" in given:
        location, problems = placed(given)
        if location is not given:
            mapped = {**mapped, "location": location}
    offer: Offer | None
    try:
        offer = OFFER.validate_python(mapped)
    except ValidationError as error:
        offer, salvaged = salvaged_offer(mapped, error)
        problems += salvaged
    if offer is None:
        return None, problems
    if offer["category"] is None and offer["type"] is not None:
        offer["category"] = CATEGORY_OF_TYPE.get(offer["type"], "residential")
    if offer["media"]:
        offer["media"] = _media(offer["media"])
    if "lat" in offer["location"] or "lon" in offer["location"]:
        problems += _coordinate_problems(offer["location"])
    if not any(deal["amount"] is not None or deal["on_request"] for deal in offer["deals"]):
        problems.append(problem("missing_price", "deals.amount"))
    return cast(dict[str, Any], offer), problems


def canonical_json(offer: Mapping[str, Any]) -> bytes:
    return orjson.dumps(offer)


def _media(media: list[Medium]) -> list[Medium]:
    """Only what can be opened, and one main picture where there is any picture."""
    media = [medium for medium in media if medium.get("url") or medium.get("archive_path")]
    pictures = [medium for medium in media if medium["kind"] == "image"]
    main = [medium for medium in pictures if medium["main"]]
    for medium in main[1:]:
        medium["main"] = False
    if pictures and not main:
        pictures[0]["main"] = True
    return media


def _coordinate_problems(location: Location) -> list[Problem]:
    """Both coordinates or none; 0, 0 is where geocoders put what they did not find."""
    lat, lon = location.get("lat"), location.get("lon")
    if lat is not None and lon is not None and (lat or lon):
        return []
    location.pop("lat", None)
    location.pop("lon", None)
    shown = ", ".join("?" if degrees is None else f"{degrees:g}" for degrees in (lat, lon))
    return [problem("bad_coordinates", "location.lat", shown)]
