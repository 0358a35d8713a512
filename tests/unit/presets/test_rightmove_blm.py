"""The preset for Rightmove's BLM, version 3. Code lists: Rightmove's data feed specification v3
(property types, statuses, qualifiers, lettings)."""

from pathlib import Path

import pytest

from tests.preset_offers import FEEDS, Feed, deals, features, media
from webapp.presets import load_preset

BLM = Feed("rightmove_blm", FEEDS / "rightmove_blm.blm")


def test_a_house_for_sale() -> None:
    offer = BLM.offers["9001_1"]
    assert (
        offer
        | {
            "reference": "9001_1",
            "status": "active",
            "category": "residential",
            "type": "townhouse",
            "subtype": "End of terrace",
            "location": {
                "country": "GB",
                "city": "Oldbridge",
                "street": "Lantern Street",
                "number": "12",
                "postcode": "OB1 2XY",
                "raw": "Lantern Street, Oldbridge",
            },
            "bedrooms": 3,
            "new_build": False,
            "contact": {"agent_ref": "9001"},
            "source_created_at": "2026-03-01T09:15:00+00:00",
            "source_updated_at": "2026-05-30T18:00:00+01:00",
        }
        == offer
    )
    assert deals(offer) == [("sale", 249950, "GBP", "once")]
    assert offer["deals"][0]["qualifier"] == "Guide price"
    assert offer["extra"]["tenure"] == "Freehold"
    assert offer["texts"] == [
        {
            "lang": "en",
            "short": "A tidy terrace.",
            "description": "<b>Hall</b><br>Stairs up.\nSecond line of the same record.",
            "plain": "Hall\nStairs up.\nSecond line of the same record.",
        }
    ]
    assert features(offer) == ["garden", "heating"]


def test_file_names_stay_in_the_archive_and_addresses_are_addresses() -> None:
    offer = BLM.offers["9001_1"]
    assert media(offer) == [
        ("image", "9001_1_IMG_00.jpg", True),
        ("image", "9001_1_IMG_01.jpg", False),
        ("plan", "9001_1_FLP_00.gif", False),
        ("document", "9001_1_IMG_60.png", False),
        ("tour", "https://tours.example/9001_1", False),
    ]
    assert [medium.get("caption") for medium in offer["media"]] == [
        "Front",
        None,
        "Ground floor",
        "EPC",
        None,
    ]
    assert media(BLM.offers["9001_2"]) == [
        ("image", "https://img.example/9001_2/a%20b.jpg", True),
    ]


def test_a_flat_to_let() -> None:
    offer = BLM.offers["9001_2"]
    assert (
        offer
        | {
            "status": "reserved",
            "type": "apartment",
            "location": {
                "country": "GB",
                "city": "Oldbridge",
                "district": "Upper Oldbridge",
                "street": "Weir Lane",
                "number": "Mill Court",
                "postcode": "OB2 4ZZ",
                "raw": "Weir Lane, Oldbridge",
            },
            "available_from": "2026-07-01",
            "extra": {
                "address": ["Mill Court", "Weir Lane", "Upper Oldbridge", "Oldbridge"],
                "deposit": 1300,
                "letting": "Long term",
                "rent_frequency": "1",
            },
        }
        == offer
    )
    assert deals(offer) == [("rent", 1150, "GBP", "month")]
    assert features(offer) == ["balcony", "part_furnished"]


def test_furnishing_of_what_is_for_sale_is_a_default_nobody_set() -> None:
    assert "unfurnished" not in features(BLM.offers["9001_1"])


def test_a_town_may_stand_in_the_address_and_sold_subject_to_contract_is_reserved() -> None:
    offer = BLM.offers["9001_3"]
    assert (offer["location"]["city"], offer["location"]["street"]) == ("Hollowfield", "The Barn")
    assert (offer["status"], offer["type"], offer["new_build"]) == ("reserved", "house", True)


def test_a_holiday_let_by_the_week_is_a_short_rent_of_a_studio() -> None:
    offer = BLM.offers["9001_4"]
    assert deals(offer) == [("short_rent", 700, "GBP", "week")]
    assert (offer["type"], offer["bedrooms"]) == ("studio", 1)


def test_a_price_on_application_of_what_is_not_published() -> None:
    offer = BLM.offers["9001_5"]
    assert (offer["status"], offer["category"], offer["type"]) == (
        "draft",
        "commercial",
        "business",
    )
    assert deals(offer) == [("sale", None, "GBP", "once")]
    assert (
        offer["deals"][0] | {"on_request": True, "qualifier": "Price on application"}
        == (offer["deals"][0])
    )
    assert not BLM.problems


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0", None),
        ("4", "house"),
        ("8", "apartment"),
        ("15", "bungalow"),
        ("20", "plot"),
        ("48", "room"),
        ("51", "garage"),
        ("134", "restaurant"),
        ("178", "office"),
    ],
)
def test_codes_of_property_types(code: str, kind: str | None) -> None:
    assert load_preset("rightmove_blm").values["types"][code] == kind


def test_an_address_abroad_has_columns_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "overseas.blm"
    file.write_text(
        "#HEADER#\nVERSION : 3i\nEOF : '|'\nEOR : '~'\n#DEFINITION#\n"
        "AGENT_REF|HOUSE_NAME_NUMBER|STREET_NAME|OS_TOWN_CITY|OS_REGION|ZIPCODE|COUNTRY_CODE|"
        "BRANCH_ID|STATUS_ID|BEDROOMS|PRICE|PROP_SUB_ID|TRANS_TYPE_ID|~\n"
        "#DATA#\n77_1|Casa Inventada |Calle Mayor|VILLANUEVA|MURCIA|30001|ES|77|0|2|95,000|8|1|~\n"
        "#END#"
    )
    assert Feed("rightmove_blm", file).offers["77_1"]["location"] == {
        "country": "ES",
        "region": "MURCIA",
        "city": "VILLANUEVA",
        "street": "Calle Mayor",
        "number": "Casa Inventada",
        "postcode": "30001",
    }
