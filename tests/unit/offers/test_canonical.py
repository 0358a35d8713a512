"""The one shape that every offer is stored in."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.offers.canonical import canonical_json, canonical_offer, canonical_schema
from webapp.offers.canonical_model import MAX_MEDIA, Offer

SALE = {"deal": "sale", "amount": 250000, "currency": "EUR", "period": "once"}
VALID: dict[str, Any] = {"external_id": "A-1", "deals": [SALE]}


def offer_of(**parts: Any) -> dict[str, Any]:
    offer, problems = canonical_offer(VALID | parts)
    assert offer is not None
    assert problems == []
    return offer


def salvaged(**parts: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    offer, problems = canonical_offer(VALID | parts)
    assert offer is not None
    return offer, [(problem.code, problem.field) for problem in problems]


def test_every_field_is_there_in_the_order_of_the_model() -> None:
    offer = offer_of(bedrooms=2, reference="R")
    assert list(offer) == list(Offer.__annotations__)
    assert offer["parent_id"] is None
    assert offer["media"] == []
    assert offer["location"] == {}
    assert offer["status"] == "active"


def test_the_order_of_the_keys_does_not_depend_on_the_mapping() -> None:
    parts = {"location": {"lat": 1.5, "lon": 2.5, "city": "Lovran"}, "bedrooms": 2}
    one = offer_of(**parts)
    other = offer_of(**{key: parts[key] for key in reversed(parts)})
    assert canonical_json(one) == canonical_json(other)


def test_zero_is_kept() -> None:
    offer = offer_of(bedrooms=0, floor=0, areas={"plot": 0})
    assert (offer["bedrooms"], offer["floor"], offer["areas"]) == (0, 0, {"plot": 0})


def test_whole_numbers_have_no_decimal_point() -> None:
    offer = offer_of(rooms=2.5, areas={"built": 120.0})
    assert b'"rooms":2.5' in canonical_json(offer)
    assert b'"built":120}' in canonical_json(offer)


@pytest.mark.parametrize(
    ("type_", "category"),
    [("apartment", "residential"), ("plot", "land"), ("office", "commercial")],
)
def test_the_category_follows_from_the_type(type_: str, category: str) -> None:
    assert offer_of(type=type_)["category"] == category
    assert offer_of(type=type_, category="project")["category"] == "project"


def test_the_first_picture_is_the_main_one() -> None:
    plan = {"kind": "plan", "url": "http://a.example/p", "position": 1}
    pictures = [{"kind": "image", "url": f"http://a.example/{n}", "position": n} for n in (2, 3)]
    offer = offer_of(media=[plan, *pictures])
    assert [medium["main"] for medium in offer["media"]] == [False, True, False]


@pytest.mark.parametrize("location", [{"lat": 0.0, "lon": 0.0}, {"lat": 45.3}, {"lon": 14.3}])
def test_half_a_place_or_none_is_left_out(location: dict[str, float]) -> None:
    offer, problems = salvaged(location={**location, "city": "Lovran"})
    assert offer["location"] == {"city": "Lovran"}
    assert problems == [("bad_coordinates", "location.lat")]


@pytest.mark.parametrize("deals", [[], [{"deal": "rent"}], [SALE | {"amount": None}]])
def test_an_offer_without_a_price_is_taken_with_a_warning(deals: list[Any]) -> None:
    offer, problems = salvaged(deals=deals)
    assert len(offer["deals"]) == len(deals)
    assert problems == [("missing_price", "deals.amount")]


def test_a_price_on_request_is_no_problem() -> None:
    offer = offer_of(deals=[{"deal": "sale", "on_request": True}])
    assert offer["deals"][0]["amount"] is None


@pytest.mark.parametrize(
    ("parts", "code", "field"),
    [
        ({"bedrooms": "many"}, "bad_number", "bedrooms"),
        ({"bedrooms": 5000}, "out_of_range", "bedrooms"),
        ({"rooms": float("nan")}, "out_of_range", "rooms"),
        ({"year_built": 20}, "out_of_range", "year_built"),
        ({"areas": {"built": -1}}, "out_of_range", "areas.built"),
        ({"location": {"lat": 91.0, "lon": 1.0, "city": "X"}}, "bad_coordinates", "location.lat"),
        ({"url": "ftp://a.example"}, "bad_url", "url"),
        ({"source_updated_at": "2026-13-01T00:00:00Z"}, "bad_date", "source_updated_at"),
        ({"source_updated_at": "2026-12-01"}, "bad_date", "source_updated_at"),
        ({"available_from": "soon"}, "bad_date", "available_from"),
        ({"new_build": "perhaps"}, "bad_boolean", "new_build"),
        ({"condition": "lovely"}, "unknown_value", "condition"),
        ({"deals": [SALE, {"deal": "gift"}]}, "unknown_value", "deals.deal"),
        ({"texts": [{"lang": "en_US!", "title": "x"}]}, "unknown_language", "texts.lang"),
        ({"media": [{"kind": "image", "url": "x", "position": 1}]}, "bad_url", "media.url"),
        ({"location": "Lovran"}, "bad_value", "location"),
        ({"reference": "a\0b"}, "bad_value", "reference"),
        ({"extra": "x"}, "bad_value", "extra"),
    ],
)
def test_one_bad_field_is_left_out_and_the_offer_goes_on(
    parts: dict[str, Any], code: str, field: str
) -> None:
    offer, problems = salvaged(**parts)
    assert (code, field) in problems
    assert offer["deals"][0]["amount"] == 250000
    assert canonical_offer(offer)[0] == offer


def test_only_the_bad_item_of_a_list_is_lost() -> None:
    media = [
        {"kind": "image", "url": "http://a.example/1", "position": 1},
        {"kind": "image", "url": "broken", "position": 2},
        {"kind": "hologram", "url": "http://a.example/3", "position": 3},
        {"kind": "image", "url": "http://a.example/4", "position": 4},
    ]
    offer, problems = salvaged(media=media)
    assert [medium["url"] for medium in offer["media"]] == [
        "http://a.example/1",
        "http://a.example/4",
    ]
    assert ("bad_url", "media.url") in problems
    assert ("unknown_value", "media.kind") in problems


def test_an_unknown_word_is_kept_in_the_offer() -> None:
    offer, problems = salvaged(condition="lovely", extra={"kept": 1})
    assert offer["condition"] is None
    assert offer["extra"] == {"kept": 1, "unmapped": {"condition": "lovely"}}
    assert problems == [("unknown_value", "condition")]


def test_what_is_too_long_is_cut() -> None:
    media = [
        {"kind": "image", "url": f"http://a.example/{n}", "position": n}
        for n in range(1, MAX_MEDIA + 10)
    ]
    offer, problems = salvaged(reference="r" * 5000, media=media)
    assert offer["reference"] == "r" * 1000
    assert len(offer["media"]) == MAX_MEDIA
    assert set(problems) == {("text_cut", "reference"), ("too_many_media", "media")}


@pytest.mark.parametrize(
    ("external_id", "code"),
    [("", "missing_id"), (None, "missing_id"), (["A"], "missing_id"), ("x" * 201, "bad_id")],
)
def test_an_offer_without_a_usable_id_is_refused(external_id: Any, code: str) -> None:
    offer, problems = canonical_offer(VALID | {"external_id": external_id, "bedrooms": "many"})
    assert offer is None
    assert [(problem.code, problem.severity) for problem in problems] == [(code, "error")]


def test_the_mapped_offer_is_not_changed() -> None:
    given_offer = VALID | {"condition": "lovely", "location": {"lat": 1.0}}
    before = json.dumps(given_offer)
    canonical_offer(given_offer)
    assert json.dumps(given_offer) == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PARTS = {
    "deal": JSON | st.just("sale"),
    "lang": JSON | st.just("en"),
    "kind": JSON | st.just("image"),
    "lat": JSON,
    "raw": JSON,
    "unmapped": JSON,
}
FIELD_VALUES = (
    JSON
    | st.fixed_dictionaries({}, optional=PARTS)
    | st.lists(JSON | st.fixed_dictionaries({}, optional=PARTS), max_size=3)
)


# Large inputs on a busy machine are slow to draw.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries(
        {"external_id": JSON | st.just("1")},
        optional={name: FIELD_VALUES for name in Offer.__annotations__ if name != "external_id"},
    )
)
def test_nothing_makes_validation_raise_and_what_it_gives_can_be_stored(mapped: Any) -> None:
    offer, problems = canonical_offer(mapped)
    if offer is None:
        assert [problem.severity for problem in problems] == ["error"]
    else:
        assert all(problem.severity != "error" for problem in problems)
        stored = orjson.loads(canonical_json(offer))
        assert stored == offer
        assert "\\u0000" not in json.dumps(stored)


def test_the_schema_names_what_is_required() -> None:
    schema = canonical_schema()
    assert schema["title"] == "Offer"
    assert schema["required"] == ["external_id"]
    assert schema["properties"]["status"]["enum"][0] == "active"
