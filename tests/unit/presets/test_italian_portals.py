"""The presets for Immobiliare.it and Casa.it. Names and words: Immobiliare.it's import XSD 2.7 and
its documentation at feed.indomio.com; Casa.it's schema.xsd, which names no codes."""

from pathlib import Path

from tests.preset_offers import FEEDS, Feed, deals, features, media

FEED = Feed("immobiliare_it", FEEDS / "immobiliare_it.xml")
CASA = Feed("casa_it", FEEDS / "casa_it.xml")


def test_an_attic_for_sale() -> None:
    offer = FEED.offers["I-1"]
    assert (
        offer
        | {
            "category": "residential",
            "type": "penthouse",
            "location": {
                "country": "IT",
                "region": "Lazio",
                "city": "Borgonuvola",
                "district": "Centro",
                "street": "Via dei Sogni, 6",
                "postcode": "00199",
                "lat": 41.9,
                "lon": 12.5,
                "show_address": False,
            },
            "rooms": 4,
            "bedrooms": 2,
            "bathrooms": 2,
            "floor": 5,
            "floors_total": 5,
            "parking": 1,
            "year_built": 1961,
            "condition": "to_renovate",
            "energy": {"class": "A2", "consumption": "3.88"},
            "contact": {"name": "Case Inventate", "emails": ["info@case.example"]},
            "source_updated_at": "2026-04-13T13:31:00+02:00",
        }
        == offer
    )
    assert (offer["areas"]["total"], offer["areas"]["plot"]) == (120, 2000)
    assert deals(offer) == [("sale", 350000, "EUR", "once")]
    assert [(text["lang"], text.get("title"), text["plain"]) for text in offer["texts"]] == [
        ("it", None, "Attico panoramico."),
        ("en", "Attic", "With a view."),
    ]
    assert features(offer) == ["lift", "terrace", "communal_garden", "unfurnished", "garage"]
    assert media(offer) == [
        ("image", "https://img.example/i1a.jpg", True),
        ("image", "https://img.example/i1b.jpg", False),
        ("plan", "https://img.example/i1-plan.jpg", False),
        ("video", "https://video.example/i1.mpg", False),
        ("tour", "https://tour.example/i1", False),
    ]


def test_a_field_that_is_auctioned() -> None:
    offer = FEED.offers["I-2"]
    assert (offer["category"], offer["type"], offer["condition"]) == ("land", "plot", None)
    assert offer["areas"]["total"] == 150000
    assert deals(offer) == [("auction", 40000, "EUR", "once")]
    assert media(offer) == [("document", "https://docs.example/i2.pdf", False)]


def test_a_room_by_the_month_and_by_the_week_at_a_confidential_price() -> None:
    offer = FEED.offers["I-3"]
    assert (offer["category"], offer["type"]) == ("residential", "room")
    assert offer["areas"] == {"total": 18}
    assert offer["energy"] == {"class": "exempt"}
    assert deals(offer) == [("rent", 300, "EUR", "month"), ("short_rent", 120, "EUR", "week")]
    assert offer["deals"][0]["on_request"] is True


def test_projects_stand_beside_properties() -> None:
    offer = FEED.offers["P-1"]
    assert (offer["category"], offer["type"]) == ("project", "project")
    assert (offer["new_build"], offer["condition"]) == (True, "under_construction")
    assert deals(offer) == [("sale", 90000, "EUR", "once")]
    assert offer["deals"][0]["qualifier"] == "from"
    assert offer["texts"] == [
        {
            "lang": "it",
            "title": "Residenza Nuvola",
            "description": "Nuovo residence.",
            "plain": "Nuovo residence.",
        }
    ]
    assert len(offer["extra"]["units"]) == 2


def test_deleted_ones_are_withdrawn_and_unknown_types_reported() -> None:
    assert FEED.withdrawn == ["I-5"]
    assert FEED.problems == {"I-4": [("unknown_value", "type", "9999")]}


def test_an_offer_of_casa_it_leaves_its_codes_to_the_value_map() -> None:
    offer = CASA.offers["C-1"]
    assert (offer["rooms"], offer["bathrooms"], offer["floor"], offer["floors_total"]) == (
        4,
        2,
        -1,
        5,
    )
    assert offer["areas"] == {"total": 95}
    assert offer["location"] == {
        "country": "IT",
        "district": "Centro",
        "street": "Via Immaginaria",
        "number": "9",
        "postcode": "20199",
        "lat": 45.46,
        "lon": 9.19,
        "show_address": False,
    }
    assert offer["extra"]["price"] == 210000
    assert features(offer) == ["balcony", "lift"]
    assert media(offer) == [
        ("image", "https://img.example/c1.jpg", True),
        ("plan", "https://img.example/c1-map.jpg", False),
    ]
    assert [problem[1:] for problem in CASA.problems["C-1"][:3]] == [
        ("type", "4"),
        ("category", "1"),
        ("deals.deal", "1"),
    ]
    assert CASA.withdrawn == ["C-2"]


SECOND_VERSION = """<feed xmlns="http://feed.immobiliare.it"><properties>
<property operation="write"><unique-id>I-9</unique-id>
<date-updated>2026-01-05T10:00:00</date-updated>
<building IDType="14"/>
<transactions>
  <transaction type="R"><price currency="EUR" reserved="false">1500</price></transaction>
  <transaction type="S"><price currency="EUR" reserved="true">350000</price></transaction>
</transactions>
<location><country-code>IT</country-code><city code="058091">Roma</city></location>
<features>
  <rooms-detail><amount-bedrooms>2</amount-bedrooms><kitchen>Abitabile</kitchen></rooms-detail>
  <sizes unit="m2">
    <size main="true"><type>Appartamento</type>
      <floor type="Intermedio">3</floor><surface>85</surface></size>
    <size main="false"><type>Balcone</type><surface>6</surface></size>
  </sizes>
</features>
<extra-features><ambience><heating type="Autonomo"/></ambience></extra-features>
</property></properties></feed>"""


def test_the_second_version_of_the_schema_has_several_deals_and_sizes(tmp_path: Path) -> None:
    file = tmp_path / "immobiliare.xml"
    file.write_text(SECOND_VERSION)
    feed = Feed("immobiliare_it", file)
    offer = feed.offers["I-9"]
    assert deals(offer) == [("rent", 1500, "EUR", "month"), ("sale", 350000, "EUR", "once")]
    assert [deal["on_request"] for deal in offer["deals"]] == [False, True]
    assert (offer["type"], offer["bedrooms"], offer["floor"]) == ("apartment", 2, 3)
    assert offer["areas"] == {"total": 85}
    assert offer["extra"]["heating"] == "Autonomo"
    assert not feed.problems
