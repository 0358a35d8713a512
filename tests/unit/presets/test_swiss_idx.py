"""The preset for IDX 3.01, the Swiss table without a header. Columns and codes: the IDX 3.01
description of homegate.ch, as OpenEstate-IO reads it."""

from tests.preset_offers import FEEDS, Feed, deals, features, media

FEED = Feed("swiss_idx", FEEDS / "swiss_idx.csv")


def test_a_flat_to_let() -> None:
    offer = FEED.offers["L1.H1.O1"]
    assert (
        offer
        | {
            "reference": "O1",
            "alternate_ids": ["L1", "H1"],
            "category": "residential",
            "type": "penthouse",
            "location": {
                "country": "CH",
                "region": "ZH",
                "city": "Nebelwil",
                "street": "Wolkenweg 4",
                "postcode": "8999",
            },
            "areas": {"living": 120},
            "rooms": 4.5,
            "floor": 4,
            "floors_total": 5,
            "year_built": 1998,
            "contact": {
                "name": "Urs Nebel",
                "phones": ["079 000", "044 000"],
                "emails": ["info@nebel.example"],
                "agent_ref": "AG1",
            },
            "source_updated_at": "2026-02-25T01:58:05+01:00",
            "available_from": "2026-07-01",
        }
        == offer
    )
    assert deals(offer) == [("rent", 2450, "CHF", "month")]
    assert offer["extra"]["rent_net"] == 2200
    assert offer["texts"][0]["plain"] == "Hell\nund ruhig"
    # The format has four languages and no column that says which.
    assert offer["texts"][0]["lang"] == "und"
    assert features(offer) == ["lift", "balcony"]
    assert media(offer) == [
        ("image", "o1a.jpg", True),
        ("image", "https://img.example/o1b.jpg", False),
        ("image", "o1j.jpg", False),
        ("video", "o1.mp4", False),
        ("document", "o1.pdf", False),
        ("tour", "https://tour.example/o1", False),
    ]


def test_a_plot_at_a_price_for_each_square_metre() -> None:
    offer = FEED.offers["O2"]
    assert (offer["category"], offer["type"], offer["areas"]) == ("land", "plot", {"plot": 700})
    assert deals(offer) == [("sale", 950, "CHF", "once")]
    assert offer["deals"][0]["per"] == "m2"


def test_an_unknown_type_is_reported_and_its_category_is_known() -> None:
    offer = FEED.offers["L1.H2.O3"]
    assert (offer["category"], offer["subtype"]) == ("commercial", "INDUS 99")
    assert deals(offer) == [("rent", 240, "CHF", "year")]
    assert offer["deals"][0]["per"] == "m2"
    assert FEED.problems == {"L1.H2.O3": [("unknown_value", "type", "INDUS 99")]}
