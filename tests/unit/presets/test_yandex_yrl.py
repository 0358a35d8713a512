"""The preset for Yandex YRL. Values in Russian and English: yandex.ru/support/realty/requirements
and what generators of the format write."""

from tests.preset_offers import FEEDS, Feed, deals, features, media

FEED = Feed("yandex_yrl", FEEDS / "yandex_yrl.xml")


def test_a_flat_for_sale() -> None:
    offer = FEED.offers["k-1"]
    assert (
        offer
        | {
            "status": "active",
            "category": "residential",
            "type": "apartment",
            "subtype": "квартира",
            "url": "https://agentstvo.example/k-1",
            "location": {
                "country": "RU",
                "region": "Выдуманная область",
                "city": "Небывальск",
                "district": "Заречный",
                "street": "ул. Сиреневая",
                "number": "7к2",
                "lat": 55.7,
                "lon": 37.6,
                "raw": "ул. Сиреневая, 7к2",
            },
            "areas": {"total": 56.4, "living": 31, "kitchen": 9.5},
            "rooms": 2,
            "floor": 3,
            "floors_total": 9,
            "year_built": 2004,
            "condition": "good",
            "construction": "кирпичный",
            "contact": {
                "name": "Анна",
                "phones": ["+7 000 000-00-01", "+7 000 000-00-02"],
                "emails": ["anna@agentstvo.example"],
            },
            "source_created_at": "2026-04-01T10:00:00+03:00",
            "source_updated_at": "2026-05-30T12:15:00+03:00",
        }
        == offer
    )
    assert deals(offer) == [("sale", 9500000, "RUB", "once")]
    assert offer["texts"] == [
        {
            "lang": "ru",
            "description": "Светлая квартира.<br>Тихий двор.",
            "plain": "Светлая квартира.\nТихий двор.",
        }
    ]
    assert (offer["extra"]["metro"], offer["extra"]["organization"]) == (
        "Сказочная",
        "Агентство «Лад»",
    )


def test_yes_is_a_feature_in_every_spelling_and_no_is_none() -> None:
    assert features(FEED.offers["k-1"]) == ["balcony", "internet", "lift"]
    assert features(FEED.offers["d-2"]) == ["sauna"]


def test_a_picture_tagged_as_plan_is_a_plan() -> None:
    assert media(FEED.offers["k-1"]) == [
        ("image", "https://img.example/k-1/1.jpg", True),
        ("image", "https://img.example/k-1/2.jpg", False),
        ("plan", "https://img.example/k-1/plan.png", False),
    ]


def test_a_house_by_the_day_in_english_words_with_its_plot_in_hundredths_of_a_hectare() -> None:
    offer = FEED.offers["d-2"]
    assert (offer["type"], offer["subtype"]) == ("house", "house with lot")
    assert deals(offer) == [("short_rent", 7000, "RUB", "day")]
    assert offer["areas"] == {
        "total": 120,
        "plot": 700,
        "raw": {"plot": {"value": "7", "unit": "cот."}},
    }


def test_an_office_at_a_price_for_each_square_metre() -> None:
    offer = FEED.offers["o-3"]
    assert (offer["category"], offer["type"]) == ("commercial", "office")
    assert deals(offer) == [("rent", 1500, "RUB", "month")]
    assert offer["deals"][0]["per"] == "m2"


def test_a_studio_in_a_new_building() -> None:
    offer = FEED.offers["s-4"]
    assert (offer["type"], offer["rooms"]) == ("studio", 1)
    assert (offer["new_build"], offer["condition"]) == (True, "under_construction")
    assert deals(offer) == [("rent", 30000, "RUB", "month")]


def test_a_parking_space_is_no_garage() -> None:
    assert FEED.offers["g-5"]["type"] == "parking"


def test_the_area_of_a_plot_is_its_plot_and_a_price_for_each_hundredth_says_so() -> None:
    offer = FEED.offers["u-7"]
    assert (offer["category"], offer["areas"]) == (
        "land",
        {"plot": 5000, "raw": {"plot": {"value": "0,5", "unit": "гектар"}}},
    )
    assert offer["deals"][0]["qualifier"] == "за сотку"


def test_a_place_outside_its_element_is_found_and_unknown_words_are_reported() -> None:
    offer = FEED.offers["x-6"]
    assert offer["location"] == {
        "country": "RU",
        "city": "Небывальск",
        "street": "Яблочная улица",
        "number": "27",
        "raw": "Яблочная улица, 27",
    }
    assert (offer["type"], offer["areas"]) == (None, {})
    assert FEED.problems == {
        "x-6": [
            ("unknown_value", "type", "юрта"),
            ("unknown_unit", "areas.total", "кв. см"),
        ]
    }
