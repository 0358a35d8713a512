"""The presets for Meta's home listings, as a table and as XML. Fields and words: Meta's reference
of home_listings, and the spellings with spaces and Russian units that exports for it use."""

import pytest

from tests.preset_offers import FEEDS, Feed, deals, features, media

CSV = Feed("meta_home_listing", FEEDS / "meta_home_listing.csv")
XML = Feed("meta_home_listing_xml", FEEDS / "meta_home_listing_xml.xml")
PLACE = {
    "country": "GB",
    "region": "Shire",
    "city": "Nowhereton",
    "district": "Old Town",
    "street": "12 Plane Tree Street",
    "postcode": "NW0 1AA",
    "lat": 51.5,
    "lon": -0.12,
}


def test_a_row_of_flattened_columns() -> None:
    offer = CSV.offers["h-1"]
    assert (
        offer
        | {
            "url": "https://agency.example/h-1",
            "status": "active",
            "type": "apartment",
            "location": PLACE | {"raw": "12 Plane Tree Street"},
            "rooms": 3,
            "bedrooms": 2,
            "bathrooms": 1.5,
            "floor": 2,
            "floors_total": 4,
            "year_built": 1998,
        }
        == offer
    )
    assert offer["areas"] == {
        "total": 59.97,
        "raw": {"total": {"value": "645.5", "unit": "sq_ft"}},
    }
    assert features(offer) == ["furnished"]
    assert media(offer) == [
        ("image", "https://img.example/h-1/1.jpg", True),
        ("image", "https://img.example/h-1/2.jpg", False),
        ("image", "https://img.example/h-1/3.jpg", False),
        ("image", "https://img.example/h-1/4.jpg", False),
    ]


@pytest.mark.parametrize(
    ("external_id", "deal", "status"),
    [
        ("h-1", ("sale", 350000, "GBP", "once"), "active"),
        ("h-2", ("rent", 1200, "EUR", "month"), "active"),
        ("h-3", ("sale", 6000000, "RUB", "once"), "reserved"),
        ("h-4", ("sale", 9000000, "RUB", "once"), "withdrawn"),
        ("h-5", ("sale", None, None, "once"), "sold"),
    ],
)
def test_the_price_holds_its_currency_and_the_availability_deal_and_status(
    external_id: str, deal: tuple[str, int | None, str | None, str], status: str
) -> None:
    offer = CSV.offers[external_id]
    assert deals(offer) == [deal]
    assert offer["status"] == status


@pytest.mark.parametrize(
    ("external_id", "kind", "square_metres"),
    [("h-2", "total", 120), ("h-3", "plot", 1500), ("h-4", "plot", 25000)],
)
def test_units_of_area_in_russian(external_id: str, kind: str, square_metres: int) -> None:
    assert CSV.offers[external_id]["areas"][kind] == square_metres


def test_a_text_in_cyrillic_with_a_price_in_roubles_is_russian() -> None:
    languages = [offer["texts"][0]["lang"] for offer in CSV.offers.values()]
    assert languages == ["und", "und", "ru", "ru", "und"]


def test_a_reduced_price_is_kept_beside_the_price() -> None:
    assert CSV.offers["h-2"]["extra"]["sale_price"] == "1100 EUR"
    assert CSV.offers["h-2"]["location"]["country"] == "ES"


def test_only_the_unknown_type_is_reported() -> None:
    assert CSV.problems == {"h-5": [("unknown_value", "type", "houseboat")]}


def test_xml_with_named_components_of_the_address() -> None:
    offer = XML.offers["x-1"]
    assert (
        offer
        | {
            "url": "https://agency.example/x-1",
            "type": "townhouse",
            "location": PLACE,
            "bedrooms": 2,
            "bathrooms": 1,
            "year_built": 1998,
        }
        == offer
    )
    assert deals(offer) == [("sale", 350000, "GBP", "once")]
    assert media(offer) == [
        ("image", "https://img.example/x-1/1.jpg", True),
        ("image", "https://img.example/x-1/2.jpg", False),
    ]
    assert offer["media"][0]["caption"] == "front"
    assert not XML.problems
