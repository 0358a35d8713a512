"""The preset for REAXML. Names and words: the propertyList DTD of realestate.com.au."""

import pytest

from tests.preset_offers import FEEDS, Feed, deals, media
from webapp.presets import load_preset

FEED = Feed("reaxml", FEEDS / "reaxml.xml")


def test_a_townhouse_for_sale_with_everything() -> None:
    offer = FEED.offers["dw-100"]
    assert (
        offer
        | {
            "status": "active",
            "category": "residential",
            "type": "townhouse",
            "location": {
                "country": "AU",
                "region": "NSW",
                "city": "SHELLBAY",
                "street": "Banksia Lane",
                "number": "3/12",
                "postcode": "2999",
                "show_address": True,
            },
            "areas": {
                "plot": 1011.71,
                "built": 185.81,
                "raw": {
                    "built": {"value": "20", "unit": "square"},
                    "plot": {"value": "0.25", "unit": "acre"},
                },
            },
            "bedrooms": 3,
            "bathrooms": 2,
            "parking": 1,
            "new_build": True,
            "contact": {
                "name": "Kim Rivers",
                "phones": ["02 0000 0001", "0400 000 001"],
                "emails": ["kim@driftwood.example"],
                "agent_ref": "DRIFT",
            },
            "source_updated_at": "2026-05-01T06:45:10+10:00",
        }
        == offer
    )
    assert deals(offer) == [("sale", 850000, "AUD", "once")]
    assert offer["deals"][0]["qualifier"] == "Offers above $850,000"
    assert offer["texts"] == [
        {
            "lang": "en",
            "title": "Steps to the sand",
            "description": "Light &amp; bright.<br>Second line.",
            "plain": "Light & bright.\nSecond line.",
        }
    ]
    assert [feature["label"] for feature in offer["features"]] == [
        "Air conditioning",
        "Heating: gas",
        "Pool",
        "Balcony",
        "ocean views",
        "quiet street",
    ]
    assert offer["extra"]["auction_at"] == "2026-05-23T11:00:00+10:00"


def test_the_main_picture_comes_first_and_empty_places_are_no_pictures() -> None:
    assert media(FEED.offers["dw-100"]) == [
        ("image", "https://img.example/dw-100/m.jpg", True),
        ("image", "https://img.example/dw-100/a.jpg", False),
        ("plan", "dw-100-plan.gif", False),
        ("video", "https://video.example/dw-100", False),
    ]


@pytest.mark.parametrize(
    ("id_", "status", "category", "type_", "made"),
    [
        ("dw-200", "reserved", "residential", "apartment", [("rent", 620, "AUD", "week")]),
        ("dw-300", "rented", "commercial", "shop", [("rent", 48000, "AUD", "year")]),
        ("dw-400", "active", "land", "plot", [("sale", 310000, "NZD", "once")]),
        ("dw-500", "active", "land", "farm", [("sale", 2400000, "AUD", "once")]),
        (
            "dw-600",
            "active",
            "commercial",
            None,
            [("sale", 900000, "AUD", "once"), ("rent", 5000, "AUD", "month")],
        ),
        ("dw-700", "active", "residential", "villa", [("short_rent", 180, "AUD", "day")]),
    ],
)
def test_the_name_of_the_record_says_the_kind_and_the_deal(
    id_: str, status: str, category: str, type_: str | None, made: list[tuple[str, int, str, str]]
) -> None:
    offer = FEED.offers[id_]
    assert (offer["status"], offer["category"], offer["type"]) == (status, category, type_)
    assert deals(offer) == made


def test_a_price_that_is_not_to_be_shown_is_on_request() -> None:
    assert FEED.offers["dw-400"]["deals"][0]["on_request"] is True
    assert FEED.offers["dw-200"]["location"]["show_address"] is False


def test_an_unknown_category_is_reported_and_what_left_the_market_is_withdrawn() -> None:
    assert FEED.problems["dw-600"] == [("unknown_value", "type", "Moon base")]
    assert FEED.withdrawn == ["dw-800", "dw-900"]


def test_records_are_partial_and_files_hold_only_what_changed() -> None:
    document = load_preset("reaxml")
    assert (document.partial, document.semantics) == (True, "delta")


def test_a_rent_by_the_fortnight_is_not_taken_for_a_week_s() -> None:
    offer = FEED.offers["dw-710"]
    assert deals(offer) == [("rent", 900, "AUD", None)]
    assert FEED.problems["dw-710"] == [("unknown_value", "deals.period", "fortnight")]
    assert offer["bedrooms"] == 0
    assert [feature["code"] for feature in offer["features"]] == ["smoking_allowed"]


@pytest.mark.parametrize(
    ("offer_id", "place"),
    [("dw-710", (-12.42, 130.86)), ("dw-720", (-37.81, 144.96)), ("dw-730", (-33.78, 151.1))],
)
def test_coordinates_stand_where_each_program_adds_them(
    offer_id: str, place: tuple[float, float]
) -> None:
    location = FEED.offers[offer_id]["location"]
    assert (location["lat"], location["lon"]) == place


def test_ranges_are_read_by_their_lower_end() -> None:
    offer = FEED.offers["dw-720"]
    assert deals(offer) == [("sale", 700000, "AUD", "once")]
    assert offer["areas"]["built"] == 140
    assert offer["url"] == "https://driftwood.example/tour/720"
    assert offer["extra"]["auction_at"] == "2026-06-04T18:30:00+10:00"
    assert FEED.offers["dw-730"]["areas"]["plot"] == 450
