"""The presets for imoti.net, Realistimo, alo.bg and OLX.bg. Code lists: the portals' own, as the
plugin Sunder23/re-exporter ships them; OLX.bg's also from the addresses of its search."""

from pathlib import Path

import pytest

from tests.preset_offers import FEEDS, Feed, deals, features, media

IMOTI = Feed("imoti_net", FEEDS / "imoti_net.xml")
REALISTIMO = Feed("realistimo", FEEDS / "realistimo.xml")
ALO = Feed("alo_bg", FEEDS / "alo_bg.json")
OLX = Feed("olx_bg", FEEDS / "olx_bg.csv")
UID = "00000000-0000-4000-8000-0000000000"


def test_codes_of_imoti_net_and_rooms_that_the_type_implies() -> None:
    offer = IMOTI.offers["I-1"]
    assert (
        offer
        | {
            "category": "residential",
            "type": "apartment",
            "subtype": "Тристаен апартамент",
            "location": {
                "country": "BG",
                "city": "Измислен град",
                "district": "Лозята",
                "street": "ул. Липа 5",
                "lat": 42.69,
                "lon": 23.32,
            },
            "areas": {"total": 100},
            "rooms": 3,
            "bedrooms": 2,
            "floor": 4,
            "floors_total": 8,
            "construction": "Тухла",
            "energy": {"class": "B"},
            "contact": {
                "name": "Мара Измислена",
                "phones": ["+359 000 000 001"],
                "emails": ["mara@izmislica.example"],
                "agent_ref": "7",
            },
            "source_updated_at": "2026-05-30T00:00:00+03:00",
        }
        == offer
    )
    assert (
        offer["texts"][0] | {"lang": "bg", "plain": "Просторен апартамент.\nДо парк."}
        == (offer["texts"][0])
    )
    assert features(offer) == ["lift", "heating", None]
    assert media(offer) == [
        ("image", "https://img.example/i-1/1.jpg", False),
        ("image", "https://img.example/i-1/2.jpg", True),
        ("video", "https://video.example/i-1", False),
    ]


@pytest.mark.parametrize(
    ("external_id", "deal"),
    [
        ("I-1", ("sale", 235000, "BGN", "once")),
        ("I-2", ("rent", 450, "EUR", "month")),
        ("I-3", ("sale", 60, "EUR", "once")),
        ("I-4", ("short_rent", 90, "BGN", "day")),
    ],
)
def test_levs_stay_levs(external_id: str, deal: tuple[str, int, str, str]) -> None:
    assert deals(IMOTI.offers[external_id]) == [deal]


def test_codes_need_no_names_beside_them() -> None:
    offer = IMOTI.offers["I-2"]
    assert (offer["type"], offer["rooms"], offer["bedrooms"]) == ("apartment", 1, 0)
    assert offer["features"] == [{"code": "furnished", "label": "Обзаведен"}]


def test_a_plot_has_no_total_area_and_may_be_priced_by_the_metre() -> None:
    offer = IMOTI.offers["I-3"]
    assert (offer["type"], offer["areas"]) == ("plot", {"plot": 1200})
    assert offer["deals"][0]["per"] == "m2"


def test_an_unknown_code_is_kept_and_reported() -> None:
    assert IMOTI.offers["I-4"]["subtype"] == "Кула"
    assert IMOTI.problems == {"I-4": [("unknown_value", "type", "777")]}


def test_a_flat_at_realistimo() -> None:
    offer = REALISTIMO.offers[f"{UID}a1"]
    assert (
        offer
        | {
            "reference": "R-1",
            "type": "apartment",
            "areas": {"total": 64.5},
            "rooms": 2,
            "bedrooms": 1,
            "bathrooms": 1,
            "floor": 3,
            "floors_total": 6,
            "year_built": 2027,
            "condition": "under_construction",
            "construction": "тухла",
            "new_build": True,
            "contact": {"name": "Мара Измислена", "agent_ref": "7"},
            "source_updated_at": "2026-05-30T14:00:00+03:00",
        }
        == offer
    )
    assert deals(offer) == [("sale", 120000, "EUR", "once")]
    assert offer["extra"]["location_id"] == "10135"


def test_lists_in_one_cell_of_realistimo() -> None:
    offer = REALISTIMO.offers[f"{UID}a1"]
    assert media(offer) == [
        ("image", "https://img.example/r-1/1.jpg", True),
        ("image", "https://img.example/r-1/2.jpg", False),
        ("image", "https://img.example/r-1/3.jpg", False),
        ("video", "https://video.example/r-1", False),
    ]
    assert features(offer) == [
        "part_furnished",
        "air_conditioning",
        "heating",
        "garage",
        "lift",
        "asphalt_road",
    ]


def test_rooms_that_realistimo_counts_win_over_the_type_and_a_plot_s_surface_is_its_plot() -> None:
    house, plot = REALISTIMO.offers[f"{UID}a2"], REALISTIMO.offers[f"{UID}a3"]
    assert (house["rooms"], house["bedrooms"], house["areas"]) == (4, 2, {"total": 90, "plot": 400})
    assert deals(house) == [("rent", 1200, "BGN", "month")]
    assert (plot["category"], plot["areas"]) == ("land", {"plot": 1000})
    assert not REALISTIMO.problems


def test_a_flat_at_alo_bg() -> None:
    offer = ALO.offers["A-1"]
    assert (
        offer
        | {
            "type": "apartment",
            "location": {
                "country": "BG",
                "region": "Област Измислена",
                "city": "Измислен град",
                "district": "Лозята",
                "lat": 42.69,
                "lon": 23.32,
                "show_address": False,
            },
            "areas": {"total": 95.5},
            "rooms": 3,
            "bedrooms": 2,
            "floor": 4,
            "year_built": 2009,
            "condition": "under_construction",
            "construction": "Тухла",
            "contact": {
                "phones": ["+359 000 000 001", "+359 000 000 002"],
                "emails": ["mara@izmislica.example"],
            },
        }
        == offer
    )
    assert deals(offer) == [("sale", 185000, "BGN", "once")]
    assert [(text["lang"], text.get("title"), text["plain"]) for text in offer["texts"]] == [
        ("bg", "Тристаен до парка", "Просторен.\nСлънчев."),
        ("en", "Three rooms by the park", "Spacious."),
        ("ru", None, "Просторный."),
    ]
    assert features(offer) == ["lift", "heating", None]
    assert media(offer) == [
        ("image", "https://img.example/a-1/1.jpg", True),
        ("image", "https://img.example/a-1/2.jpg", False),
        ("video", "https://video.example/a-1.mp4", False),
    ]


def test_the_subcategory_of_alo_bg_says_deal_and_kind() -> None:
    rented, plot = ALO.offers["A-2"], ALO.offers["A-3"]
    assert deals(rented) == [("rent", 350, "EUR", "month")]
    assert (rented["rooms"], rented["bedrooms"], features(rented)) == (1, 0, ["furnished"])
    assert "district" not in rented["location"]
    assert (plot["type"], plot["areas"]) == ("plot", {"plot": 1200})
    assert ALO.problems == {
        "A-4": [
            ("unknown_value", "type", "99999"),
            ("unknown_value", "deals.deal", "99999"),
            ("missing_price", "deals.amount", ""),
        ]
    }


def test_a_row_of_olx_bg() -> None:
    offer = OLX.offers["O-1"]
    assert (
        offer
        | {
            "type": "apartment",
            "location": {"country": "BG", "city": "Измислен град", "district": "Лозята"},
            "areas": {"total": 95.5},
            "rooms": 3,
            "bedrooms": 2,
            "floor": 4,
            "floors_total": 8,
            "year_built": 2009,
            "construction": "Тухла",
        }
        == offer
    )
    assert deals(offer) == [("sale", 185000, "BGN", "once")]
    assert offer["texts"][0]["plain"] == "Просторен апартамент; до парк."
    assert features(offer) == ["lift", "air_conditioning", None, "part_furnished"]
    assert media(offer) == [
        ("image", "https://img.example/o-1/1.jpg", True),
        ("image", "https://img.example/o-1/2.jpg", False),
    ]


def test_olx_bg_says_only_in_the_title_that_a_flat_is_to_let() -> None:
    offer = OLX.offers["O-2"]
    assert deals(offer) == [("rent", 600, "EUR", "month")]
    assert (offer["type"], offer["floor"], offer["extra"]["floor"]) == ("studio", None, "parter")


def test_a_maisonette_under_construction_and_an_unknown_type_at_olx_bg() -> None:
    assert (OLX.offers["O-3"]["type"], OLX.offers["O-3"]["condition"]) == (
        "duplex",
        "under_construction",
    )
    assert OLX.problems == {"O-4": [("unknown_value", "type", "kula")]}


def test_several_brokers_of_realistimo_leave_the_agency_to_be_asked(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(
        "<feed><agency_name>Агенция</agency_name><agency_phone>+359 000</agency_phone><Brokers>"
        "<Broker><BrokerName>Ана</BrokerName></Broker><Broker><BrokerName>Ива</BrokerName></Broker>"
        "</Brokers><offers><offer><offer_uid>1</offer_uid></offer></offers></feed>",
        encoding="utf-8",
    )
    contact = Feed("realistimo", file).offers["1"]["contact"]
    assert contact == {"name": "Агенция", "phones": ["+359 000"]}


def test_a_plot_at_imoti_net_by_its_name_alone_whose_price_is_not_said(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(
        "<feed><Offers><Item><UniqueEstateID>1</UniqueEstateID><OfferTypeName>продава"
        "</OfferTypeName><EstateTypeName>Парцел</EstateTypeName><SurfaceAll>1200</SurfaceAll>"
        "<Price>по договаряне</Price><CurrencyName>EUR</CurrencyName></Item></Offers></feed>",
        encoding="utf-8",
    )
    offer = Feed("imoti_net", file).offers["1"]
    assert (offer["category"], offer["areas"]) == ("land", {"plot": 1200})
    assert deals(offer) == [("sale", None, "EUR", "once")]
    assert offer["deals"][0]["on_request"] is True


def test_a_number_is_no_city_at_olx(tmp_path: Path) -> None:
    file = tmp_path / "feed.csv"
    file.write_text(
        "external_id;title;location_city;location_district;price_value;price_currency\n"
        "a;Гараж;1234;55;9000;EUR\nb;Гараж;Варна;Чайка;9000;EUR\n",
        encoding="utf-8",
    )
    offers = Feed("olx_bg", file).offers
    assert offers["a"]["location"] == {"country": "BG"}
    assert offers["a"]["extra"] | {"city_id": "1234", "district_id": "55"} == offers["a"]["extra"]
    assert offers["b"]["location"] == {"country": "BG", "city": "Варна", "district": "Чайка"}
