"""The preset for OpenImmo 1.2.7. Names and words: the OpenImmo schema 1.2.7b, openimmo.de."""

from pathlib import Path
from typing import Any

import pytest

from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from tests.preset_offers import FEEDS, Feed, deals, features, media
from webapp.offers.canonical import canonical_offer
from webapp.offers.mapping import compile_mapping
from webapp.presets import load_preset

FEED = Feed("openimmo", FEEDS / "openimmo.xml")
MAP = compile_mapping(load_preset("openimmo"))


def test_a_flat_to_let_with_everything() -> None:
    offer = FEED.offers["OI-W1"]
    assert (
        offer
        | {
            "reference": "W-1",
            "alternate_ids": ["17"],
            "status": "reserved",
            "category": "residential",
            "type": "duplex",
            "subtype": "MAISONETTE",
            "location": {
                "country": "DE",
                "region": "Hessen",
                "city": "Wölkchenstadt",
                "district": "Nordend",
                "street": "Lindenstraße",
                "number": "7a",
                "postcode": "00815",
                "lat": 50.1,
                "lon": 8.2,
                "show_address": False,
            },
            "areas": {"living": 81.4},
            "rooms": 2.5,
            "bedrooms": 1,
            "bathrooms": 1,
            "floor": 2,
            "floors_total": 4,
            "year_built": 1908,
            "condition": "good",
            "new_build": False,
            "energy": {"class": "D", "consumption": "112"},
            "contact": {
                "name": "Jana Muster",
                "phones": ["069 000-1", "069 000-0"],
                "emails": ["jana@wolkenheim.example"],
            },
            "source_updated_at": "2026-04-30T00:00:00+02:00",
            "available_from": "2026-06-01",
        }
        == offer
    )
    assert deals(offer) == [("rent", 980.5, "EUR", "month")]
    assert [(text["lang"], text.get("title"), text["plain"]) for text in offer["texts"]] == [
        ("de-DE", "Über den Dächern", "Zwei Ebenen & ein Balkon."),
        ("en", None, "Two levels and a balcony."),
    ]
    assert features(offer) == [
        "lift",
        "heating",
        "balcony",
        "part_furnished",
        "fitted_kitchen",
        "cellar",
    ]


def test_files_and_addresses_keep_their_order_and_the_title_picture_is_main() -> None:
    assert media(FEED.offers["OI-W1"]) == [
        ("plan", "w1-plan.pdf", False),
        ("image", "w1-balkon.jpg", False),
        ("image", "https://img.example/w1.jpg", True),
        ("video", "https://video.example/w1", False),
    ]
    assert media(FEED.offers["B-2"]) == [("image", "buero.jpg", True)]


def test_an_office_for_sale_and_on_lease_is_both_and_sold_means_let_where_it_could_be_let() -> None:
    offer = FEED.offers["B-2"]
    assert (offer["status"], offer["category"], offer["type"]) == ("rented", "commercial", "office")
    assert deals(offer) == [("sale", None, "EUR", "once"), ("rent", 1200, "EUR", "year")]
    assert [deal["on_request"] for deal in offer["deals"]] == [True, False]
    assert offer["location"]["country"] == "AT"
    assert offer["areas"] == {"usable": 140}


def test_without_a_category_the_price_that_stands_there_says_the_deal() -> None:
    offer = FEED.offers["T-3"]
    assert deals(offer) == [("rent", 500, "EUR", "month")]
    assert offer["texts"] == [
        {
            "lang": "de",
            "title": "Ohne Kategorie",
            "description": "Nur Text.",
            "plain": "Nur Text.",
        }
    ]


def test_an_unknown_kind_and_currency_are_kept_and_reported() -> None:
    assert FEED.offers["L-4"]["subtype"] == "luftschloss"
    assert FEED.offers["L-4"]["deals"][0]["currency"] is None
    assert FEED.problems == {
        "L-4": [
            ("unknown_value", "type", "luftschloss"),
            ("unknown_value", "deals.currency", "XYZ"),
        ]
    }


def test_an_object_to_delete_is_withdrawn_whatever_the_case_of_the_word() -> None:
    assert FEED.withdrawn == ["X-5"]


@pytest.mark.parametrize(
    ("kind", "attribute", "word", "type_", "category"),
    [
        ("haus", "haustyp", "REIHENMITTEL", "townhouse", "residential"),
        ("haus", "haustyp", "FINCA", "country_house", "residential"),
        ("haus", "haustyp", "KEINE_ANGABE", "house", "residential"),
        ("grundstueck", "grundst_typ", "WOHNEN", "plot", "land"),
        ("hallen_lager_prod", "hallen_typ", "PRODUKTION", "industrial", "commercial"),
        ("gastgewerbe", "gastgew_typ", "HOTELS", "hotel", "commercial"),
        ("einzelhandel", "handel_typ", "AUSSTELLUNGSFLAECHE", "shop", "commercial"),
        ("buero_praxen", "buero_typ", "AUSSTELLUNGSFLAECHE", "office", "commercial"),
        ("parken", "parken_typ", "DUPLEX", "garage", "parking"),
        ("land_und_forstwirtschaft", "land_typ", "REITERHOEFE", "farm", "land"),
        ("zinshaus_renditeobjekt", "zins_typ", "MEHRFAMILIENHAUS", "building", "commercial"),
        ("sonstige", "sonstige_typ", "TANKSTELLE", "other", "other"),
    ],
)
def test_the_name_of_a_child_and_its_attribute_say_the_type(
    kind: str, attribute: str, word: str, type_: str, category: str
) -> None:
    record = {"objektkategorie": {"objektart": {kind: {f"@{attribute}": word}}}}
    mapped = MAP(record | {"verwaltung_techn": {"objektnr_extern": "1"}})
    offer, _ = canonical_offer(mapped.offer)
    assert offer is not None
    assert (offer["type"], offer["category"]) == (type_, category)


@pytest.mark.parametrize(
    ("word", "condition"),
    [
        ("ERSTBEZUG", "new"),
        ("TEIL_VOLLRENOVIERT", "excellent"),
        ("TEIL_VOLLRENOVIERUNGSBED", "to_renovate"),
        ("ROHBAU", "under_construction"),
        ("ABRISSOBJEKT", "ruin"),
    ],
)
def test_renovated_is_not_in_need_of_renovation(word: str, condition: str) -> None:
    mapped = MAP({"zustand_angaben": {"zustand": {"@zustand_art": word}}})
    assert mapped.offer["condition"] == condition
    assert mapped.problems == []


def test_the_header_says_whether_the_file_is_everything() -> None:
    document = load_preset("openimmo")
    facts = DocumentFacts()
    records = list(read_feed(Path(FEED.file), document.reading, facts=facts))
    assert (len(records), facts.encoding.casefold()) == (5, "iso-8859-1")
    assert facts.header["uebertragung"]["@umfang"] == "VOLL"
    assert document.semantics == "delta"
    assert document.semantics_at is not None
    assert document.semantics_at.path == "uebertragung.@umfang"
    assert document.semantics_at.snapshot == ("VOLL",)


def _one(tmp_path: Path, inner: str) -> dict[str, Any]:
    file = tmp_path / "openimmo.xml"
    file.write_text(
        "<openimmo><anbieter><immobilie><geo><ort>Nebelstadt</ort></geo>"
        f"{inner}<verwaltung_techn><openimmo_obid>OB9</openimmo_obid></verwaltung_techn>"
        "</immobilie></anbieter></openimmo>",
        encoding="utf-8",
    )
    return Feed("openimmo", file).offers["OB9"]


def test_fields_of_the_vendor_hold_the_address_and_the_place_on_the_map(tmp_path: Path) -> None:
    offer = _one(
        tmp_path,
        '<user_defined_simplefield feldname=""/>'
        '<user_defined_simplefield feldname="url">https://makler.example/9'
        "</user_defined_simplefield>"
        '<user_defined_simplefield feldname="geokoordinaten_breitengrad">47.9'
        "</user_defined_simplefield>"
        '<user_defined_simplefield feldname="geokoordinaten_laengengrad">13.8'
        "</user_defined_simplefield>",
    )
    assert offer["url"] == "https://makler.example/9"
    assert (offer["location"]["lat"], offer["location"]["lon"]) == (47.9, 13.8)


def test_a_ground_lease_is_a_rent_by_the_year(tmp_path: Path) -> None:
    offer = _one(
        tmp_path,
        '<objektkategorie><vermarktungsart KAUF="0" MIETE_PACHT="0" ERBPACHT="1" LEASING="0"/>'
        "<objektart><grundstueck/></objektart></objektkategorie>"
        "<preise><erbpacht>3600</erbpacht></preise>",
    )
    assert deals(offer) == [("rent", 3600, "EUR", "year")]
