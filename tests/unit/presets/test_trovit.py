"""The preset for Trovit, Mitula and Thribee. Names and words: Trovit's homes.xsd."""

from tests.preset_offers import FEEDS, Feed, deals, features, media

FEED = Feed("trovit", FEEDS / "trovit.xml")


def test_a_house_to_let() -> None:
    offer = FEED.offers["T-1"]
    assert (
        offer
        | {
            "url": "https://maple.example/ad/T-1",
            "status": "active",
            "category": "residential",
            "type": "house",
            "location": {
                "region": "MI",
                "city": "Nowhere",
                "district": "Riverside",
                "street": "5 Maple Row",
                "postcode": "00001",
                "lat": 42.25,
                "lon": -83.75,
            },
            "bedrooms": 3,
            "bathrooms": 1.5,
            "floor": None,
            "parking": 2,
            "year_built": 1987,
            "condition": "excellent",
            "new_build": False,
            "contact": {"name": "Maple Homes"},
            "source_updated_at": "2026-02-01T17:30:00+00:00",
            "expires_at": "2026-12-31T00:00:00+00:00",
        }
        == offer
    )
    assert (offer["areas"]["total"], offer["areas"]["plot"]) == (139.35, 2023.43)
    assert deals(offer) == [("rent", 450, None, "week")]
    assert offer["texts"][0]["plain"] == (
        "A house with a large porch & a yard, near the imaginary river."
    )
    assert features(offer) == ["parking", "furnished"]
    assert media(offer) == [
        ("image", "https://img.example/t1a.jpg", False),
        ("image", "https://img.example/t1b.jpg", True),
        ("tour", "https://tour.example/T-1", False),
    ]


def test_a_flat_for_sale_in_spanish_and_square_metres() -> None:
    offer = FEED.offers["T-2"]
    assert (offer["type"], offer["areas"]) == ("apartment", {"total": 90})
    assert deals(offer) == [("sale", 209950, "EUR", "once")]
    assert offer["source_updated_at"] == "2026-06-30T09:30:00+00:00"
    assert offer["features"] == []


def test_an_unknown_kind_of_deal_is_reported() -> None:
    assert FEED.problems == {
        "T-3": [
            ("unknown_value", "deals.deal", "For barter"),
            ("missing_price", "deals.amount", ""),
        ]
    }
