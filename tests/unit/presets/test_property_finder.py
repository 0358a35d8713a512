"""The preset for Property Finder's XML (UAE). Codes of types and amenities: its feed
specification, as integrators in Dubai quote it."""

from tests.preset_offers import FEEDS, Feed, deals, features, media

FEED = Feed("property_finder", FEEDS / "property_finder.xml")


def test_a_flat_for_sale() -> None:
    offer = FEED.offers["DM-1"]
    assert (
        offer
        | {
            "alternate_ids": ["71000001"],
            "category": "residential",
            "type": "apartment",
            "subtype": "Apartment",
            "location": {
                "country": "AE",
                "city": "Dubai",
                "district": "Invented Marina",
                "lat": 25.08,
                "lon": 55.14,
            },
            "areas": {"total": 100, "raw": {"total": {"value": "1076.39", "unit": "sqft"}}},
            "bedrooms": 2,
            "bathrooms": 3,
            "condition": "under_construction",
            "contact": {
                "name": "Noor Fiction",
                "phones": ["000000001"],
                "emails": ["noor@desert.example"],
                "agent_ref": "77",
            },
            "source_updated_at": "2026-05-30T14:00:00+04:00",
        }
        == offer
    )
    assert deals(offer) == [("sale", 2500000, "AED", "once")]
    assert [(text["lang"], text["title"]) for text in offer["texts"]] == [
        ("en", "Two bedrooms by the water"),
        ("ar", "شقة بغرفتي نوم"),
    ]
    assert media(offer) == [
        ("image", "https://img.example/dm-1/1.jpg", True),
        ("image", "https://img.example/dm-1/2.jpg", False),
        ("tour", "https://tours.example/dm-1", False),
    ]


def test_amenities_are_codes_in_one_cell() -> None:
    offer = FEED.offers["DM-1"]
    assert features(offer) == ["balcony", "parking", "sea_view", None, "part_furnished"]
    assert [feature["label"] for feature in offer["features"]][2:4] == ["View of water", "ZZ"]
    assert features(FEED.offers["DM-3"]) == ["conference_room", "internet"]


def test_each_rent_is_a_deal_of_its_own() -> None:
    assert deals(FEED.offers["DM-2"]) == [
        ("rent", 180000, "AED", "year"),
        ("rent", 16000, "AED", "month"),
        ("short_rent", 900, "AED", "day"),
    ]
    assert FEED.offers["DM-2"]["areas"]["plot"] == 464.52


def test_a_price_on_application_is_no_missing_price() -> None:
    offer = FEED.offers["DM-3"]
    assert deals(offer) == [("rent", None, "AED", "year")]
    assert offer["deals"][0]["on_request"] is True
    assert offer["category"] == "commercial"


def test_a_studio_has_no_bedroom_and_a_rent_without_a_period_is_a_year_s() -> None:
    offer = FEED.offers["DM-4"]
    assert (offer["type"], offer["bedrooms"]) == ("studio", 0)
    assert deals(offer) == [("rent", 45000, "AED", "year")]
    assert not FEED.problems


def test_outside_the_emirates_the_town_says_country_currency_and_unit() -> None:
    offer = FEED.offers["CA-5"]
    assert offer["location"]["country"] == "EG"
    assert (offer["location"]["lat"], offer["location"]["lon"]) == (30.02, 31.48)
    assert deals(offer) == [("rent", 25000, "EGP", "month")]
    assert offer["areas"] == {"total": 180}
    assert features(offer) == ["part_furnished"]


def test_an_address_in_an_attribute_counts_and_an_empty_element_is_no_picture() -> None:
    assert media(FEED.offers["CA-5"]) == [("image", "https://img.example/ca-5/1.jpg", True)]
    assert "CA-5" not in FEED.problems
