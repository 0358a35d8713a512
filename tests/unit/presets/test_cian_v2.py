"""The preset for Cian's feed, version 2. Categories and codes: www.cian.ru/xml_import/doc."""

import pytest

from tests.preset_offers import FEEDS, Feed, deals, features, media
from webapp.presets import load_preset

FEED = Feed("cian_v2", FEEDS / "cian_v2.xml")


def test_a_flat_for_sale() -> None:
    offer = FEED.offers["c-1"]
    assert (
        offer
        | {
            "category": "residential",
            "type": "apartment",
            "subtype": "flatSale",
            "location": {
                "country": "RU",
                "city": "Небывальск",
                "street": "ул. Сиреневая",
                "number": "7к2",
                "lat": 55.7,
                "lon": 37.6,
                "raw": "Россия, Небывальск, ул. Сиреневая, 7к2",
            },
            "areas": {"total": 56.4, "living": 31, "kitchen": 9.5},
            "rooms": 2,
            "bathrooms": 2,
            "floor": 3,
            "floors_total": 9,
            "year_built": 2004,
            "construction": "brick",
            "contact": {
                "name": "Анна Ладова",
                "phones": ["+70000000001", "+70000000002"],
                "emails": ["anna@agentstvo.example"],
            },
            "extra": {"mortgage": True},
        }
        == offer
    )
    assert deals(offer) == [("sale", 9500000, "RUB", "once")]
    assert offer["texts"][0]["title"] == "Светлая квартира"
    assert offer["texts"][0]["plain"] == "Светлая квартира.\n\n• Тихий двор\n• Рядом школа"
    assert features(offer) == ["internet", "balcony"]
    assert media(offer) == [
        ("image", "https://img.example/c-1/1.jpg", False),
        ("image", "https://img.example/c-1/2.jpg", True),
        ("plan", "https://img.example/c-1/plan.svg", False),
    ]


def test_nine_rooms_are_a_studio_and_seven_a_free_layout() -> None:
    studio, free = FEED.offers["c-2"], FEED.offers["c-3"]
    assert (studio["type"], studio["rooms"]) == ("studio", 1)
    assert (free["type"], free["rooms"], free["extra"]["rooms_code"]) == ("apartment", None, "7")


def test_a_flat_in_a_building_that_is_not_finished() -> None:
    offer = FEED.offers["c-2"]
    assert (offer["new_build"], offer["condition"]) == (True, "under_construction")
    assert (offer["parent_id"], offer["extra"]["residential_complex"]) == ("777", "ЖК «Ладья»")
    assert offer["contact"]["phones"] == ["+70000000003"]
    assert offer["location"]["region"] == "Выдуманная область"


def test_an_office_by_the_square_metre_and_year_on_the_lowest_floor() -> None:
    offer = FEED.offers["c-4"]
    assert (offer["category"], offer["type"], offer["floor"]) == ("commercial", "office", -1)
    assert deals(offer) == [("rent", 18000, "USD", "year")]
    assert offer["deals"][0]["per"] == "m2"


def test_by_the_day_is_a_short_rent() -> None:
    assert deals(FEED.offers["c-5"]) == [("short_rent", 3500, "RUB", "day")]


def test_a_house_with_a_plot_in_hundredths_of_a_hectare() -> None:
    offer = FEED.offers["c-6"]
    assert offer["areas"]["plot"] == 1550
    assert offer["location"] == {
        "country": "RU",
        "region": "Выдуманная область",
        "city": "с. Ольховка",
        "number": "12",
        "raw": "Выдуманная область, Лесной р-н, с. Ольховка, 12",
    }


def test_an_unknown_category_is_kept_and_reported() -> None:
    assert FEED.offers["c-7"]["subtype"] == "spaceStationSale"
    assert FEED.problems == {
        "c-7": [
            ("unknown_value", "type", "spaceStationSale"),
            ("unknown_value", "deals.deal", "spaceStationSale"),
            ("missing_price", "deals.amount", ""),
        ]
    }


@pytest.mark.parametrize(
    ("category", "deal", "kind"),
    [
        ("roomSale", "sale", "room"),
        ("townhouseRent", "rent", "townhouse"),
        ("commercialLandRent", "rent", "plot"),
        ("shoppingAreaSale", "sale", "shop"),
        ("industryRent", "rent", "industrial"),
        ("dailyBedRent", "short_rent", "room"),
        ("buildingSale", "sale", "building"),
        ("garageRent", "rent", "garage"),
    ],
)
def test_a_category_says_deal_and_type(category: str, deal: str, kind: str) -> None:
    values = load_preset("cian_v2").values
    assert (values["deals"][category], values["types"][category]) == (deal, kind)


def test_every_category_has_both() -> None:
    values = load_preset("cian_v2").values
    assert values["deals"].keys() == values["types"].keys()
    assert len(values["deals"]) == 48
