"""The preset for Avito's Autoload, version 3. Values: autoload.avito.ru/format."""

from tests.preset_offers import FEEDS, Feed, deals, features, media

FEED = Feed("avito", FEEDS / "avito.xml")


def test_a_flat_for_sale() -> None:
    offer = FEED.offers["a-1"]
    assert (
        offer
        | {
            "alternate_ids": ["99001"],
            "category": "residential",
            "type": "apartment",
            "location": {
                "country": "RU",
                "region": "Выдуманная область",
                "city": "Небывальск",
                "street": "ул. Сиреневая",
                "number": "7к2",
                "lat": 55.7,
                "lon": 37.6,
                "raw": "Выдуманная область, г. Небывальск, ул. Сиреневая, 7к2",
            },
            "areas": {"total": 56.4, "living": 31, "kitchen": 9.5},
            "rooms": 2,
            "floor": 3,
            "floors_total": 9,
            "condition": "excellent",
            "construction": "Кирпичный",
            "new_build": False,
            "contact": {"name": "Анна", "phones": ["+7 000 000-00-01"]},
            "source_created_at": "2026-05-01T00:00:00+03:00",
            "expires_at": "2026-07-01T00:00:00+03:00",
        }
        == offer
    )
    assert deals(offer) == [("sale", 9500000, "RUB", "once")]
    assert (
        offer["texts"][0]["description"] == "<p>Светлая квартира.</p><ul><li>Тихий двор</li></ul>"
    )
    assert features(offer) == ["balcony", "lift"]
    assert media(offer) == [
        ("image", "https://img.example/a-1/1.jpg?v=2", True),
        ("image", "https://img.example/a-1/2.jpg", False),
        ("video", "https://video.example/a-1", False),
    ]


def test_a_studio_by_the_day_below_the_ground_floor() -> None:
    offer = FEED.offers["a-2"]
    assert (offer["type"], offer["rooms"], offer["floor"]) == ("studio", 1, -1)
    assert deals(offer) == [("short_rent", 3500, "RUB", "day")]


def test_the_plot_of_a_house_is_in_hundredths_of_a_hectare_and_that_of_a_store_in_metres() -> None:
    assert FEED.offers["a-3"]["areas"]["plot"] == 700
    assert FEED.offers["a-4"]["areas"] == {"total": 1000, "plot": 832}


def test_a_booked_store_at_a_price_for_each_square_metre() -> None:
    offer = FEED.offers["a-4"]
    assert (offer["status"], offer["category"], offer["type"]) == (
        "reserved",
        "commercial",
        "warehouse",
    )
    assert deals(offer) == [("rent", 500, "RUB", "month")]
    assert offer["deals"][0]["per"] == "m2"
    assert media(offer) == [("plan", "https://img.example/a-4/plan.jpg", False)]
    assert offer["location"] == {"country": "RU", "raw": "110 Кирпичная 152"}


def test_an_unknown_kind_of_object_is_reported() -> None:
    assert FEED.offers["a-5"]["subtype"] == "Воздушный шар"
    assert FEED.problems == {"a-5": [("unknown_value", "type", "Воздушный шар")]}
