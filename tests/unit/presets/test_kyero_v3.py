"""The preset for Kyero v3, applied to records."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.offers.canonical import canonical_json, canonical_offer
from webapp.offers.identity import external_id
from webapp.offers.mapping import compile_mapping
from webapp.offers.problems import Problem
from webapp.presets import load_preset, preset_names

RECORD: dict[str, Any] = {
    "id": "4711",
    "date": "2026-07-30 13:29:12",
    "ref": "SOL-12",
    "price": "185000",
    "currency": "EUR",
    "price_freq": "sale",
    "part_ownership": "0",
    "leasehold": "1",
    "new_build": "0",
    "type": "Town house",
    "town": "Villa Inventada",
    "province": "Provincia Ficticia",
    "country": "spain",
    "postcode": "00123",
    "location": {"latitude": "37.935649", "longitude": " -0.768823"},
    "location_detail": "Las Nubes",
    "beds": "3",
    "baths": "2",
    "pool": "1",
    "surface_area": {"built": "82", "plot": "0"},
    "energy_rating": {"consumption": "d", "emissions": "X"},
    "url": {
        "es": "http://agencia.example/casa?ref=SOL-12&lang=es",
        "en": "http://agencia.example/house?ref=SOL-12",
    },
    "title": {"en": "House in the clouds"},
    "desc": {
        "en": "Close to all amenities.\r\nFront garden.",
        "de": "Ruhiges Grundstück, zu Fuß zum Strand".encode().decode("latin-1"),
        "es": "",
    },
    "features": {"feature": ["Front garden", "cloud view", ""]},
    "notes": "keys at the office",
    "images": {
        "image": [
            {"@id": "1", "url": "http://img.example/SOL-12/01 front.jpg"},
            {"@id": "2", "url": "http://img.example/SOL-12/02.jpg"},
            {
                "@id": "3",
                "tags": {"tag": "floorplan"},
                "url": "http://img.example/SOL-12/plan.png",
            },
        ]
    },
    "video_url": "https://video.example/1",
    "virtual_tour_url": "",
}

PRESET = load_preset("kyero_v3")
MAP = compile_mapping(PRESET)


def imported(**parts: Any) -> tuple[dict[str, Any], list[Problem]]:
    mapped = MAP(RECORD | parts)
    offer, problems = canonical_offer(mapped.offer)
    assert offer is not None
    return offer, [*mapped.problems, *problems]


def codes(**parts: Any) -> list[tuple[str, str]]:
    """Without the repaired text that the record always has."""
    found = [(problem.code, problem.field) for problem in imported(**parts)[1]]
    found.remove(("repaired_text", "texts.description"))
    return found


def test_a_full_record_becomes_a_full_offer() -> None:
    offer, problems = imported()
    assert [problem.code for problem in problems] == ["repaired_text"]
    known = {key: value for key, value in offer.items() if value not in (None, [], {})}
    assert known == {
        "external_id": "4711",
        "reference": "SOL-12",
        "url": "http://agencia.example/house?ref=SOL-12",
        "status": "active",
        "category": "residential",
        "type": "townhouse",
        "subtype": "Town house",
        "deals": [
            {
                "deal": "sale",
                "amount": 185000,
                "currency": "EUR",
                "period": "once",
                "per": "total",
                "on_request": False,
                "qualifier": None,
            }
        ],
        "location": {
            "country": "ES",
            "region": "Provincia Ficticia",
            "city": "Villa Inventada",
            "district": "Las Nubes",
            "postcode": "00123",
            "lat": 37.935649,
            "lon": -0.768823,
        },
        "areas": {"built": 82},
        "bedrooms": 3,
        "bathrooms": 2,
        "new_build": False,
        "energy": {"class": "D", "consumption": "d", "emissions": "X"},
        "texts": [
            {
                "lang": "en",
                "title": "House in the clouds",
                "description": "Close to all amenities.<br>Front garden.",
                "plain": "Close to all amenities.\nFront garden.",
            },
            {
                "lang": "de",
                "description": "Ruhiges Grundstück, zu Fuß zum Strand",
                "plain": "Ruhiges Grundstück, zu Fuß zum Strand",
            },
        ],
        "features": [
            {"code": "pool", "label": "Pool"},
            {"code": "garden", "label": "Front garden"},
            {"code": None, "label": "cloud view"},
        ],
        "media": [
            {
                "kind": "image",
                "url": "http://img.example/SOL-12/01%20front.jpg",
                "position": 1,
                "main": True,
            },
            {
                "kind": "image",
                "url": "http://img.example/SOL-12/02.jpg",
                "position": 2,
                "main": False,
            },
            {
                "kind": "plan",
                "url": "http://img.example/SOL-12/plan.png",
                "position": 3,
                "main": False,
            },
            {"kind": "video", "url": "https://video.example/1", "position": 4, "main": False},
        ],
        "source_updated_at": "2026-07-30T13:29:12+02:00",
        "extra": {
            "leasehold": True,
            "part_ownership": False,
            "urls": RECORD["url"],
            "notes": "keys at the office",
        },
    }


def test_the_reference_stands_in_for_a_missing_id() -> None:
    record = {key: value for key, value in RECORD.items() if key not in ("id", "date")}
    assert external_id(record, PRESET) == "SOL-12"
    assert MAP(record).offer["external_id"] == "SOL-12"
    assert MAP(record).offer["reference"] == "SOL-12"


@pytest.mark.parametrize(
    ("frequency", "deal", "period"),
    [
        ("sale", "sale", "once"),
        ("Month", "rent", "month"),
        ("week", "short_rent", "week"),
        ("rentlong", "rent", "month"),
        ("rentshort", "short_rent", None),
        ("", "sale", "once"),
    ],
)
def test_the_price_frequency_says_the_deal(frequency: str, deal: str, period: str | None) -> None:
    offer, _ = imported(price_freq=frequency)
    assert (offer["deals"][0]["deal"], offer["deals"][0]["period"]) == (deal, period)


def test_an_unknown_price_frequency_never_makes_a_rent_a_price_to_buy_at() -> None:
    offer, _ = imported(price_freq="fortnight")
    assert [deal for deal in offer["deals"] if deal.get("deal")] == []
    assert offer["extra"]["unmapped"] == {"deals.deal": "fortnight"}
    assert ("unknown_value", "deals.deal") in codes(price_freq="fortnight")


def test_features_may_be_said_in_several_languages() -> None:
    features = {"feature": [{"en": "Sea View", "es": "Vistas al mar"}, {"nl": "Zwembad"}]}
    offer, _ = imported(pool="0", features=features)
    assert offer["features"] == [
        {"code": "sea_view", "label": "Sea View"},
        {"code": None, "label": "Zwembad"},
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Middle Floor Studio", "studio"),
        ("Penthouse Duplex", "penthouse"),
        ("Finca - Cortijo", "country_house"),
        ("Residential Plot", "plot"),
        ("B&B", "hotel"),
    ],
)
def test_the_types_of_spanish_resale_networks_are_known(said: str, meant: str) -> None:
    offer, _ = imported(type=said)
    assert offer["type"] == meant
    assert "unknown_value" not in [code for code, _ in codes(type=said)]


def test_zero_areas_and_prices_are_unknown_but_zero_bedrooms_are_none() -> None:
    offer, _ = imported(surface_area={"built": "0", "plot": "0"}, beds="0")
    assert offer["areas"] == {}
    assert offer["bedrooms"] == 0
    assert codes(price="0") == [("missing_price", "deals.amount")]


def test_a_price_on_request_is_understood() -> None:
    offer, _ = imported(price="POA")
    assert offer["deals"][0] | {"amount": None, "on_request": True} == offer["deals"][0]
    assert codes(price="POA") == []


def test_an_unknown_type_is_kept_and_reported() -> None:
    offer, _ = imported(type="Lighthouse")
    assert (offer["type"], offer["subtype"]) == (None, "Lighthouse")
    assert codes(type="Lighthouse") == [("unknown_value", "type")]


@pytest.mark.parametrize("nowhere", [{"latitude": "", "longitude": ""}, "", {}])
def test_an_empty_place_on_the_map_is_no_problem(nowhere: Any) -> None:
    offer, _ = imported(location=nowhere)
    assert "lat" not in offer["location"]
    assert codes(location=nowhere) == []


@pytest.mark.parametrize(("pool", "has_pool"), [("Private", True), ("0", False), ("", False)])
def test_a_pool_is_a_feature(pool: str, has_pool: bool) -> None:
    offer, _ = imported(pool=pool)
    assert ("pool" in [feature["code"] for feature in offer["features"]]) is has_pool


@pytest.mark.parametrize(
    "features",
    [
        {"features": {"en": {"feature": "Lift"}, "es": {"feature": "Ascensor"}}},
        {"features": "", "feature": {"en": "Lift"}},
        {"features": {"feature": "Lift"}},
    ],
)
def test_features_are_found_in_all_three_shapes(features: dict[str, Any]) -> None:
    offer, _ = imported(pool="0", **features)
    assert offer["features"] == [{"code": "lift", "label": "Lift"}]


def test_a_single_image_and_repeated_images_are_one_each() -> None:
    image = {"@id": "1", "url": "http://img.example/1.jpg"}
    assert len(imported(images={"image": image}, video_url="")[0]["media"]) == 1
    assert len(imported(images={"image": [image, image]}, video_url="")[0]["media"]) == 1


def test_language_keys_are_iso_codes() -> None:
    offer, _ = imported(desc={"uk": "Будинок", "de": "Grundstück".encode().decode("latin-1")})
    assert [text["lang"] for text in offer["texts"]] == ["en", "uk", "de"]


def test_the_preset_says_how_to_recognise_the_format() -> None:
    assert "kyero_v3" in preset_names()
    assert PRESET.match is not None
    assert set(PRESET.match.required) <= RECORD.keys()
    with pytest.raises(KeyError):
        load_preset("../kyero_v3")


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
NODES = st.recursive(
    LEAVES | st.sampled_from(["1", "0", "sale", "EUR", "villa", "http://a.example/1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["#text", "@id", "url", "image", "en", "feature", "built"]), inner
        )
    ),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(RECORD, NODES)))
def test_no_record_breaks_the_mapping(record: dict[str, Any]) -> None:
    offer, _ = canonical_offer(MAP({"id": "1"} | record).offer)
    if offer is not None:
        stored = orjson.loads(canonical_json(offer))
        assert stored == offer
        assert "\\u0000" not in json.dumps(stored)
