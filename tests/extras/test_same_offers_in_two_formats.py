"""Offers that one agency sends in two formats are the same canonical offers wherever both files
state the value. Runs on real files beside the repository, which are no part of it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.preset_offers import Feed, Offer

SHARED = Path(__file__).parents[2].parent / "shared" / "feeds"
FEWEST_SHARED = 3


def pairs(
    first: tuple[str, str], second: tuple[str, str], key: str
) -> Iterator[tuple[Offer, Offer]]:
    """The offers of every two files, each given as preset and pattern, that have several keys in
    common."""
    if not SHARED.is_dir():
        pytest.skip(f"there are no real feeds in {SHARED}")
    for one in sorted(SHARED.glob(first[1])):
        for other in sorted(SHARED.glob(second[1])):
            left, right = by_key(Feed(first[0], one), key), by_key(Feed(second[0], other), key)
            shared = sorted(left.keys() & right.keys())
            if len(shared) >= FEWEST_SHARED:
                yield from ((left[each], right[each]) for each in shared)


def by_key(feed: Feed, key: str) -> dict[str, Offer]:
    return {offer[key]: offer for offer in feed.offers.values()}


def differences(
    left: Offer, right: Offer, fields: dict[str, Callable[[Any], Any]]
) -> list[tuple[str, Any, Any]]:
    """Fields that both offers have, with another value after the field's own reduction."""
    found = []
    for field, reduced in fields.items():
        one, other = value_in(left, field), value_in(right, field)
        if one in (None, [], {}) or other in (None, [], {}):
            continue
        if reduced(one) != reduced(other):
            found.append((field, reduced(one), reduced(other)))
    return found


def value_in(offer: Offer, field: str) -> Any:
    parent, _, child = field.partition(".")
    value = offer.get(parent)
    return value.get(child) if child and value else value


def as_it_is(value: Any) -> Any:
    return value


def digits(phones: list[str]) -> set[str]:
    return {re.sub(r"\D", "", phone) for phone in phones}


def pictures(media: list[dict[str, Any]]) -> list[str]:
    return [medium["url"] for medium in media if medium["kind"] == "image"]


def test_an_agency_s_offers_at_two_russian_portals() -> None:
    fields: dict[str, Callable[[Any], Any]] = {
        "deals": as_it_is,
        "category": as_it_is,
        "type": as_it_is,
        "location.country": as_it_is,
        "location.city": as_it_is,
        "location.street": as_it_is,
        "location.number": as_it_is,
        "location.raw": as_it_is,
        "areas.total": as_it_is,
        "contact.phones": digits,
        "media": pictures,
    }
    compared = 0
    for avito, cian in pairs(("avito", "avito/*.xml"), ("cian_v2", "cian/*.xml"), "external_id"):
        compared += 1
        assert differences(avito, cian, fields) == [], avito["external_id"]
    assert compared


def test_an_agency_s_offers_in_kyero_s_own_and_in_a_portal_s_version() -> None:
    fields: dict[str, Callable[[Any], Any]] = {
        **dict.fromkeys(
            ("status", "category", "type", "subtype", "deals", "location", "areas"), as_it_is
        ),
        **dict.fromkeys(
            ("bedrooms", "bathrooms", "new_build", "energy", "features", "contact"), as_it_is
        ),
        "media": pictures,
    }
    compared = 0
    for kyero, portal in pairs(
        ("kyero_v3", "kyero/*.xml"), ("kyero_v3", "idealista/*.xml"), "reference"
    ):
        compared += 1
        assert differences(kyero, portal, fields) == [], kyero["reference"]
    assert compared
