"""The preset for Idealista's JSON, and the Kyero-shaped XML that some send to Idealista. Names and
words: Idealista's properties schema, as OpenEstate-IO publishes it."""

from jobs.detect import detect_feed
from tests.preset_offers import FEEDS, Feed, deals, features, media

FEED = Feed("idealista_json", FEEDS / "idealista_json.json")
KYERO_SHAPED = Feed("kyero_v3", FEEDS / "kyero_without_ids.xml")


def test_a_flat_for_sale() -> None:
    offer = FEED.offers["001"]
    assert (
        offer
        | {
            "reference": "piso-1",
            "url": "https://agencia.example/1",
            "category": "residential",
            "type": "apartment",
            "location": {
                "country": "ES",
                "city": "Villa Inventada",
                "district": "Las Nubes",
                "street": "Calle del Aire",
                "number": "2",
                "postcode": "28999",
                "lat": 40.4,
                "lon": -3.7,
                "precision": "street",
                "show_address": True,
            },
            "areas": {"built": 90, "usable": 80},
            "rooms": 3,
            "bedrooms": 2,
            "bathrooms": 1,
            "floor": 0,
            "year_built": 1986,
            "condition": "to_renovate",
            "energy": {"class": "B", "consumption": "125.36"},
            "contact": {
                "name": "Lola Inventada",
                "phones": ["34 900000001"],
                "emails": ["lola@agencia.example"],
            },
        }
        == offer
    )
    assert deals(offer) == [("sale", 160000, "EUR", "once")]
    assert [(text["lang"], text["plain"]) for text in offer["texts"]] == [
        ("es", "Piso alegre"),
        ("en", "Cheerful flat"),
    ]
    assert features(offer) == ["pool", "lift"]


def test_pictures_come_in_the_order_that_their_numbers_say() -> None:
    assert media(FEED.offers["001"]) == [
        ("image", "https://img.example/1-kitchen.jpg", True),
        ("plan", "https://img.example/1-plan.jpg", False),
    ]


def test_who_has_no_contact_of_its_own_has_that_of_the_file() -> None:
    assert FEED.offers["002"]["contact"] == {
        "name": "Agencia Inventada",
        "phones": ["34 900000000"],
        "emails": ["hola@agencia.example"],
    }


def test_a_plot_to_let_whose_address_is_hidden() -> None:
    offer = FEED.offers["002"]
    assert (offer["category"], offer["type"], offer["floor"]) == ("land", "plot", 6)
    assert offer["location"]["show_address"] is False
    assert deals(offer) == [("rent", 600, "EUR", "month")]


def test_unknown_words_are_reported() -> None:
    assert [problem[1:] for problem in FEED.problems["003"]] == [
        ("type", "igloo"),
        ("deals.deal", "barter"),
        ("deals.amount", ""),
    ]


def test_the_kyero_shaped_xml_without_ids_and_dates_is_kyero_by_its_references() -> None:
    assert detect_feed(KYERO_SHAPED.file).preset == "kyero_v3"
    offer = KYERO_SHAPED.offers["NUBE-7"]
    assert (offer["reference"], offer["type"], offer["areas"]) == (
        "NUBE-7",
        "apartment",
        {"built": 60},
    )
    assert offer["source_updated_at"] is None
    assert deals(offer) == [("sale", 78000, "EUR", "once")]
    assert features(offer) == ["garden"]
