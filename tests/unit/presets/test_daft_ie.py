"""The preset for Daft.ie. Names and words: Daft's XSD 2.7."""

from tests.preset_offers import FEEDS, Feed, deals, features, media

FEED = Feed("daft_ie", FEEDS / "daft_ie.xml")


def test_a_house_for_sale() -> None:
    offer = FEED.offers["D-1"]
    assert (
        offer
        | {
            "status": "reserved",
            "category": "residential",
            "type": "townhouse",
            "location": {
                "country": "PT",
                "region": "Algarve",
                "city": "Porto Sonho",
                "street": "Rua das Nuvens 3",
            },
            "bedrooms": 3,
            "bathrooms": 2,
            "new_build": True,
            "contact": {
                "name": "Aoife Cloud",
                "phones": ["01 000 0001", "01 000 0002"],
                "emails": ["aoife@shamrock.example"],
                "agent_ref": "77",
            },
        }
        == offer
    )
    assert (offer["areas"]["living"], offer["areas"]["plot"]) == (110.5, 1011.71)
    assert deals(offer) == [("sale", 225000, "EUR", "once")]
    assert offer["deals"][0]["qualifier"] == "from"
    assert offer["features"] == [{"code": None, "label": "Sea view"}]
    assert media(offer) == [
        ("image", "https://img.example/d1a.jpg", True),
        ("image", "https://img.example/d1b.jpg", False),
        ("document", "https://docs.example/d1.pdf", False),
    ]


def test_the_type_that_belongs_to_the_kind_counts_although_both_are_filled() -> None:
    offer = FEED.offers["D-2"]
    assert (offer["category"], offer["type"]) == ("land", "plot")
    assert deals(offer) == [("sale", None, "EUR", "once")]
    assert offer["deals"][0]["on_request"] is True


def test_a_flat_to_let_by_the_week() -> None:
    offer = FEED.offers["D-3"]
    assert (offer["status"], offer["type"], offer["bathrooms"]) == ("active", "apartment", 0)
    assert offer["available_from"] == "2026-09-24"
    assert deals(offer) == [("rent", 250, "EUR", "week")]
    assert features(offer) == ["furnished", "dishwasher"]
    assert FEED.problems == {}
