"""The presets for ImmobilienScout24, as XML and as a table without a header. Names, words, columns
and codes: is24immotransfer.xsd and "CSV-Import 1.4.0.4", as OpenEstate-IO reads them."""

from pathlib import Path

import pytest

from tests.preset_offers import FEEDS, Feed, deals, features, media

XML = Feed("immobilienscout24_xml", FEEDS / "immobilienscout24_xml.xml")
CSV = Feed("immobilienscout24_csv", FEEDS / "immobilienscout24_csv.csv")


def test_a_flat_to_let_as_xml() -> None:
    offer = XML.offers["S-1"]
    assert (
        offer
        | {
            "status": "active",
            "category": "residential",
            "type": "apartment",
            "subtype": "Dachgeschoss",
            "location": {
                "country": "DE",
                "city": "Nebelhausen",
                "street": "Nebelgasse",
                "number": "15-16",
                "postcode": "00179",
                "show_address": True,
            },
            "areas": {"living": 70, "usable": 87},
            "rooms": 3,
            "bedrooms": 1,
            "bathrooms": 1,
            "floor": 2,
            "floors_total": 5,
            "parking": 1,
            "year_built": 1988,
            "condition": "good",
            "available_from": "2026-07-01",
            "contact": {
                "name": "Max Nebel",
                "phones": ["030 000", "0170 000"],
                "emails": ["max@nebel.example"],
            },
        }
        == offer
    )
    assert deals(offer) == [("rent", 756, "EUR", "month")]
    assert features(offer) == ["lift", "balcony", "parking"]
    assert media(offer) == [
        ("plan", "s1-plan.jpg", False),
        ("image", "https://img.example/s1.jpg", True),
    ]


@pytest.mark.parametrize(
    ("id_", "category", "type_", "made"),
    [
        ("S-2", "residential", "villa", [("sale", 1908345, "EUR", "once")]),
        ("S-3", "commercial", "building", [("rent", 12.5, "EUR", "month")]),
        ("S-4", "land", "plot", [("sale", 99000, "EUR", "once")]),
        ("S-5", "residential", "apartment", [("short_rent", 45, "EUR", "day")]),
        ("S-6", "land", "plot", [("auction", 59000, "EUR", "once")]),
    ],
)
def test_the_name_of_the_element_says_the_kind_and_the_deal(
    id_: str, category: str, type_: str, made: list[tuple[str, float, str, str]]
) -> None:
    offer = XML.offers[id_]
    assert (offer["category"], offer["type"]) == (category, type_)
    assert deals(offer) == made


def test_what_is_off_the_portal_is_withdrawn_and_what_is_deleted_goes() -> None:
    assert XML.offers["S-2"]["status"] == "withdrawn"
    assert XML.offers["S-2"]["available_from"] is None
    assert XML.offers["S-3"]["deals"][0]["per"] == "m2"
    assert XML.withdrawn == ["S-7"]
    assert XML.problems == {}


def test_a_villa_for_sale_as_a_row() -> None:
    offer = CSV.offers["K-1"]
    assert (
        offer
        | {
            "status": "active",
            "category": "residential",
            "type": "villa",
            "location": {
                "country": "DE",
                "city": "Nebelhausen",
                "street": "Nebelgasse",
                "number": "1b",
                "postcode": "00179",
                "show_address": True,
            },
            "areas": {"living": 381.55, "plot": 1479.9},
            "rooms": 7,
            "bedrooms": 4,
            "bathrooms": 2,
            "floors_total": 2,
            "parking": 3,
            "year_built": 1961,
            "condition": "good",
            "available_from": "2026-07-01",
        }
        == offer
    )
    assert deals(offer) == [("sale", 1248882.89, "EUR", "once")]
    assert offer["texts"][0]["title"] == "Überschrift"
    assert offer["texts"][0]["plain"] == 'Ein "schönes" Objekt\nmit Garten'
    assert features(offer) == ["granny_flat"]
    assert media(offer) == [("image", "k1.jpg", True), ("plan", "k1.pdf", False)]


def test_the_same_column_means_something_else_for_a_flat_to_let() -> None:
    offer = CSV.offers["K-2"]
    assert (offer["status"], offer["type"]) == ("withdrawn", "duplex")
    assert (offer["rooms"], offer["bedrooms"], offer["floor"], offer["floors_total"]) == (
        3.5,
        2,
        2,
        7,
    )
    assert (offer["year_built"], offer["condition"]) == (1904, "to_renovate")
    assert (offer["available_from"], offer["extra"]["availability"]) == (None, "sofort")
    assert deals(offer) == [("rent", 810.44, "EUR", "month")]
    assert features(offer) == ["lift", "balcony"]


@pytest.mark.parametrize(
    ("id_", "category", "type_", "made", "areas"),
    [
        (
            "K-3",
            "commercial",
            "office",
            [("rent", 12.5, "EUR", "month")],
            {"total": 600, "usable": 455},
        ),
        ("K-4", "land", "plot", [("sale", 99000, "EUR", "once")], {"plot": 800}),
        ("K-5", "parking", "parking", [("rent", 45, "EUR", "month")], {"total": 12.5}),
    ],
)
def test_other_kinds_of_rows(
    id_: str,
    category: str,
    type_: str,
    made: list[tuple[str, float, str, str]],
    areas: dict[str, float],
) -> None:
    offer = CSV.offers[id_]
    assert (offer["category"], offer["type"], offer["areas"]) == (category, type_, areas)
    assert deals(offer) == made


def test_a_deleted_row_is_withdrawn() -> None:
    assert CSV.withdrawn == ["K-6"]
    assert CSV.problems == {}


def test_what_the_vendor_wants_ignored_is_no_offer(tmp_path: Path) -> None:
    table = tmp_path / "offers.csv"
    table.write_bytes(CSV.file.read_bytes().replace(b"I|1|3|", b"N|1|3|", 1))
    assert set(CSV.offers) - set(Feed(CSV.preset, table).offers) == {"K-1"}
    markup = tmp_path / "offers.xml"
    markup.write_bytes(XML.file.read_bytes().replace(b'"aktualisieren"', b'"ignorieren"', 1))
    assert set(XML.offers) - set(Feed(XML.preset, markup).offers) == {"S-2"}
