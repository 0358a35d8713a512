"""The presets for the RESO Web API and for Spark (Flexmls). Lookups: the RESO Data Dictionary,
written with spaces or as the web API's own names."""

from tests.preset_offers import FEEDS, Feed, deals, features, media
from webapp.presets import load_preset

RESO = Feed("reso", FEEDS / "reso.json")
SPARK = Feed("spark", FEEDS / "spark.json")


def test_a_house_under_contract() -> None:
    offer = RESO.offers["R1001"]
    assert (
        offer
        | {
            "reference": "FX-1001",
            "status": "reserved",
            "category": "residential",
            "type": "house",
            "location": {
                "country": "US",
                "region": "OR",
                "city": "Springvale",
                "street": "N Cedar Ln",
                "number": "12",
                "postcode": "97000",
                "lat": 44.05,
                "lon": -123.09,
                "show_address": True,
                "raw": "12 N Cedar Ln, Springvale, OR 97000",
            },
            "rooms": 7,
            "bedrooms": 3,
            "bathrooms": 2,
            "parking": 2,
            "year_built": 1987,
            "contact": {
                "name": "Pat Fiction",
                "phones": ["555-0100"],
                "emails": ["pat@mls.example"],
                "agent_ref": "AG9",
            },
            "source_created_at": "2026-05-01T12:00:00+00:00",
            "source_updated_at": "2026-05-30T02:02:02+00:00",
        }
        == offer
    )
    assert offer["areas"] == {
        "living": 139.35,
        "plot": 2023.43,
        "raw": {
            "living": {"value": "1500", "unit": "Square Feet"},
            "plot": {"value": "0.5", "unit": "Acres"},
        },
    }
    assert deals(offer) == [("sale", 425000, "USD", "once")]
    assert features(offer) == ["wheelchair_access", "wheelchair_access", "air_conditioning", "pool"]


def test_media_come_in_their_order() -> None:
    assert media(RESO.offers["R1001"]) == [
        ("image", "https://img.example/r1001/1.jpg", True),
        ("image", "https://img.example/r1001/2.jpg", False),
        ("plan", "https://img.example/r1001/plan.png", False),
    ]
    assert RESO.offers["R1001"]["media"][0]["caption"] == "Front"


def test_a_closed_lease_is_rented_and_a_closed_sale_would_be_sold() -> None:
    offer = RESO.offers["R1002"]
    assert (offer["status"], offer["type"], offer["bathrooms"]) == ("rented", "apartment", 1.5)
    assert deals(offer) == [("rent", 1850, "USD", "month")]
    assert offer["areas"] == {"living": 80}
    assert load_preset("reso").values["statuses"]["Closed"] == "sold"


def test_what_may_no_longer_be_viewed_is_withdrawn_and_absence_alone_withdraws_nothing() -> None:
    assert RESO.withdrawn == ["R1003"]
    assert load_preset("reso").semantics == "delta"
    assert not RESO.problems


def test_a_spark_listing() -> None:
    offer = SPARK.offers["20260101000000000001000000"]
    assert (
        offer
        | {
            "reference": "26-1001",
            "status": "reserved",
            "category": "residential",
            "type": "townhouse",
            "location": {
                "country": "US",
                "region": "ID",
                "city": "Ferryville",
                "district": "Fiction",
                "street": "BIRCH St",
                "number": "7",
                "postcode": "83000",
                "lat": 48.7,
                "lon": -116.32,
            },
            "areas": {
                "total": 85.84,
                "plot": 1011.71,
                "raw": {
                    "total": {"value": "924.0", "unit": "sqft"},
                    "plot": {"value": "0.25", "unit": "acre"},
                },
            },
            "bedrooms": 3,
            "bathrooms": 1.5,
            "year_built": 1977,
            "contact": {"name": "Fiction Realty"},
        }
        == offer
    )
    assert deals(offer) == [("sale", 250000, "USD", "once")]
    assert media(offer) == [
        ("image", "https://img.example/s/1.jpg", False),
        ("image", "https://img.example/s/2-300.jpg", True),
        ("tour", "https://tours.example/s", False),
    ]


def test_lists_of_spark_are_objects_with_the_values_as_names() -> None:
    offer = SPARK.offers["20260101000000000001000000"]
    assert offer["features"] == [
        {"code": None, "label": "Gas Range"},
        {"code": "air_conditioning", "label": "Central Air"},
    ]


def test_a_letter_for_a_type_that_only_the_mls_knows_is_reported() -> None:
    unknown = "20260101000000000002000000"
    assert (SPARK.offers[unknown]["type"], SPARK.offers[unknown]["subtype"]) == (None, "Q")
    assert SPARK.problems == {unknown: [("unknown_value", "type", "Q")]}


def test_what_a_licence_hides_is_unknown_and_a_closed_rental_is_let() -> None:
    offer = SPARK.offers["20260101000000000003000000"]
    assert offer["status"] == "rented"
    assert deals(offer) == [("rent", 1200, "USD", "month")]
    assert (offer["bedrooms"], offer["type"], offer["texts"], offer["areas"]) == (
        None,
        None,
        [],
        {},
    )
    assert offer["location"] == {"country": "US", "city": "Ferryville"}
    assert not offer["contact"]
    assert "20260101000000000003000000" not in SPARK.problems
