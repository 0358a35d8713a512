"""The presets for VRSync and for ZAP Carga, and that both make the same offer of one flat.

Code lists: the property types of VRSync as developers.grupozap.com names them (24 pairs of
"Residential / …" and "Commercial / …"), the types and 0/1 amenities of Carga as Brazilian CRMs
document them."""

import pytest

from tests.preset_offers import FEEDS, Feed, deals, features, media

VRSYNC = Feed("vrsync", FEEDS / "vrsync.xml")
CARGA = Feed("zap_carga", FEEDS / "zap_carga.xml")


@pytest.mark.parametrize("feed", [VRSYNC, CARGA])
def test_a_price_for_sale_and_one_for_rent_are_two_deals(feed: Feed) -> None:
    assert deals(feed.offers["GF-101"]) == [
        ("sale", 480000, "BRL", "once"),
        ("rent", 2300, "BRL", "month"),
    ]


@pytest.mark.parametrize(
    "field",
    ["deals", "type", "category", "bedrooms", "bathrooms", "parking", "texts", "source_updated_at"],
)
def test_both_formats_say_the_same_of_one_flat(field: str) -> None:
    assert VRSYNC.offers["GF-101"][field] == CARGA.offers["GF-101"][field]


def test_both_formats_place_it_at_the_same_address() -> None:
    exact, loose = VRSYNC.offers["GF-101"]["location"], CARGA.offers["GF-101"]["location"]
    assert exact == loose | {
        "lat": -25.43,
        "lon": -49.27,
        "precision": "street",
        "show_address": False,
    }
    assert loose == {
        "country": "BR",
        "region": "Paraná",
        "city": "Cidade Inventada",
        "district": "Jardim das Flores",
        "street": "Rua dos Ipês",
        "number": "45",
        "postcode": "80000-000",
    }


def test_the_rest_of_a_vrsync_listing() -> None:
    offer = VRSYNC.offers["GF-101"]
    assert (
        offer
        | {
            "reference": "GF0101",
            "url": "https://girassol.example/imovel?ref=GF0101&u=1",
            "status": "active",
            "subtype": "Residential / Apartment",
            "areas": {"living": 82},
            "floor": 7,
            "floors_total": 12,
            "year_built": 2015,
            "source_created_at": "2026-02-03T10:00:00-03:00",
            "contact": {
                "name": "Vendas Girassol",
                "phones": ["+55 41 0000-0000"],
                "emails": ["vendas@girassol.example"],
            },
            "extra": {"suites": 1, "condominium_fee": 650.5},
        }
        == offer
    )
    assert offer["texts"] == [
        {
            "lang": "pt",
            "title": "Apartamento com vista para o parque",
            "description": "Sala ampla.<br>Dois banheiros.",
            "plain": "Sala ampla.\nDois banheiros.",
        }
    ]
    assert features(offer) == ["pool", "lift", None]
    assert media(offer) == [
        ("image", "https://img.example/gf101/1.jpg", False),
        ("image", "https://img.example/gf101/2.jpg", True),
        ("video", "https://video.example/watch?v=gf101", False),
    ]
    assert offer["media"][1]["caption"] == "Sala"


def test_a_type_may_be_an_empty_element_in_an_element() -> None:
    offer = VRSYNC.offers["GF-102"]
    assert (offer["type"], offer["subtype"], offer["category"]) == ("plot", "LandLot", "land")
    assert offer["areas"] == {"plot": 360}
    assert deals(offer) == [("sale", 90000, "BRL", "once")]


def test_a_rent_may_stand_in_the_list_price_and_an_office_be_called_an_apartment() -> None:
    offer = VRSYNC.offers["GF-103"]
    assert deals(offer) == [("rent", 1800, "BRL", "month")]
    assert (offer["type"], offer["category"], offer["bedrooms"]) == ("office", "commercial", 0)
    assert offer["location"]["region"] == "Paraná"
    assert offer["location"]["show_address"] is True
    assert not VRSYNC.problems


def test_the_rest_of_a_carga_property() -> None:
    offer = CARGA.offers["GF-101"]
    assert offer["areas"] == {"total": 95.5, "living": 82}
    assert offer["extra"] == {"suites": 1, "storeys": "Padrão", "condominium_fee": 650.5}
    assert features(offer) == ["pool", "air_conditioning"]
    assert media(offer) == [
        ("image", "https://img.example/gf101/1.jpg", False),
        ("image", "https://img.example/gf101/2.jpg", True),
        ("video", "https://video.example/watch?v=gf101", False),
    ]


def test_zeros_and_minus_ones_of_a_plot_are_nothing() -> None:
    offer = CARGA.offers["GF-102"]
    assert (offer["type"], offer["areas"], offer["location"]) == (
        "plot",
        {"plot": 360},
        {"country": "BR"},
    )
    assert deals(offer) == [("sale", 90000, "BRL", "once")]


def test_a_rent_of_nothing_is_a_rent_without_a_price() -> None:
    assert deals(CARGA.offers["GF-103"]) == [("rent", None, "BRL", "month")]
    assert CARGA.problems["GF-103"] == [("missing_price", "deals.amount", "")]


def test_a_season_s_price_is_a_short_rent_and_an_unknown_type_is_reported() -> None:
    offer = CARGA.offers["GF-104"]
    assert deals(offer) == [("short_rent", 350, "BRL", "day")]
    assert (offer["type"], offer["subtype"]) == (None, "Casa flutuante")
    assert CARGA.problems["GF-104"] == [("unknown_value", "type", "Casa flutuante")]
