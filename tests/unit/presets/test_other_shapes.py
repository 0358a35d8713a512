"""Files of known formats that are written otherwise than their specification: other wrappers,
left out elements, the address in one piece. Each is recognised, and nothing of it is lost."""

from pathlib import Path

import pytest

from jobs.detect import detect_feed
from tests.preset_offers import Feed, Offer, deals, media


def only_offer(tmp_path: Path, preset: str, record_path: str, text: str) -> Offer:
    file = tmp_path / "feed.xml"
    file.write_text(text, encoding="utf-8")
    found = detect_feed(file)
    assert (found.preset, found.record_paths, found.facts.records) == (preset, (record_path,), 1)
    (offer,) = Feed(preset, file).offers.values()
    return offer


def yandex(tmp_path: Path, address: str, *, rest: str = "") -> Offer:
    return only_offer(
        tmp_path,
        "yandex_yrl",
        "/realty-feed/offer",
        f"""<realty-feed><offer internal-id="y-1"><type>продажа</type>
        <category>квартира</category><price><value>5000000</value><currency>RUB</currency></price>
        <sales-agent><phone>+7 000 000-00-01</phone></sales-agent>
        <location><address>{address}</address></location>{rest}</offer></realty-feed>""",
    )


def cian(tmp_path: Path, inner: str) -> Offer:
    return only_offer(
        tmp_path,
        "cian_v2",
        "/feed/object",
        f"""<feed><feed_version>2</feed_version><object><ExternalId>c-1</ExternalId>
        <Category>landSale</Category><BargainTerms><Price>600000</Price></BargainTerms>{inner}
        </object></feed>""",
    )


def test_offers_of_yandex_in_a_wrapper_with_ids_of_another_name(tmp_path: Path) -> None:
    offer = only_offer(
        tmp_path,
        "yandex_yrl",
        "/realty-feed/offers/offer",
        """<realty-feed><offers><offer id="v-1"><type>аренда</type><category>дом</category>
        <price><value>9000</value><currency>RUB</currency><period>сутки</period></price>
        <sales-agent><phone>+7 000 000-00-01</phone></sales-agent>
        <picture>https://img.example/1.jpg</picture></offer></offers></realty-feed>""",
    )
    assert (offer["external_id"], offer["reference"]) == ("v-1", "v-1")
    assert deals(offer) == [("short_rent", 9000, "RUB", "day")]
    assert media(offer) == [("image", "https://img.example/1.jpg", True)]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("Небывальск, ул. Сиреневая, 9", (None, "Небывальск", "ул. Сиреневая", "9")),
        (
            "Выдуманная область, г. Небывальск, ул. Заводская, 15",
            ("Выдуманная область", "Небывальск", "ул. Заводская", "15"),
        ),
        ("Сторожевой башни, 2", (None, None, "Сторожевой башни", "2")),
        ("Рябиновый пер., дом 4, корп. 2", (None, None, "Рябиновый пер.", "4, корп. 2")),
    ],
)
def test_an_address_in_one_piece_says_the_city_too(
    tmp_path: Path, address: str, place: tuple[str | None, ...]
) -> None:
    location = yandex(tmp_path, address)["location"]
    assert tuple(location.get(key) for key in ("region", "city", "street", "number")) == place
    assert (location["country"], location["raw"]) == ("RU", address)


@pytest.mark.parametrize(
    ("written", "city"),
    [("г. Небывальск", "Небывальск"), ("г.Ольхов", "Ольхов"), ("Грозный", "Грозный")],
)
def test_the_word_for_a_city_is_no_part_of_its_name(
    tmp_path: Path, written: str, city: str
) -> None:
    rest = f"<location><locality-name>{written}</locality-name></location>"
    file = tmp_path / "feed.xml"
    file.write_text(
        f'<realty-feed><offer internal-id="1"><type>продажа</type>{rest}</offer></realty-feed>',
        encoding="utf-8",
    )
    assert Feed("yandex_yrl", file).offers["1"]["location"]["city"] == city


def test_the_number_of_a_house_is_no_village(tmp_path: Path) -> None:
    offer = cian(tmp_path, "<Address>Небывальск, Садовый бульвар, д. 4, стр. 5, кв. 6</Address>")
    assert offer["location"] == {
        "country": "RU",
        "city": "Небывальск",
        "street": "Садовый бульвар",
        "number": "4, стр. 5",
        "raw": "Небывальск, Садовый бульвар, д. 4, стр. 5, кв. 6",
    }


def test_a_plot_without_an_address_is_in_its_settlement(tmp_path: Path) -> None:
    offer = cian(
        tmp_path,
        "<SettlementName>Ольховка</SettlementName><Photos/>"
        "<PhotoSchema><FullUrl>https://img.example/1.jpg</FullUrl></PhotoSchema>",
    )
    assert offer["location"]["city"] == "Ольховка"
    assert media(offer) == [("image", "https://img.example/1.jpg", True)]


def test_an_avito_file_without_prices_that_says_sale_by_another_word(tmp_path: Path) -> None:
    offer = only_offer(
        tmp_path,
        "avito",
        "/Ads/Ad",
        """<Ads formatVersion="3" target="Avito.ru"><Ad><Id>a-1</Id><Category>Квартиры</Category>
        <OperationType>Продажа</OperationType><Rooms>Студия</Rooms><Square>24.6</Square>
        <Address>Небывальск, ул. Сиреневая, д. 8/5, кв. 5</Address>
        <Description>Светлая студия.</Description></Ad></Ads>""",
    )
    assert deals(offer) == [("sale", None, "RUB", "once")]
    assert (offer["type"], offer["location"]["city"]) == ("studio", "Небывальск")
    assert (offer["location"]["street"], offer["location"]["number"]) == ("ул. Сиреневая", "8/5")


def test_carga_without_its_outer_element(tmp_path: Path) -> None:
    offer = only_offer(
        tmp_path,
        "zap_carga",
        "/Imoveis/Imovel",
        """<Imoveis><Imovel><CodigoImovel>R-1</CodigoImovel><TipoImovel>Casa</TipoImovel>
        <PrecoVenda>750000</PrecoVenda><Cidade>Vila Nova</Cidade><Estado>SP</Estado>
        <DivulgarEndereco>NÃO</DivulgarEndereco><Dormitorios>4</Dormitorios></Imovel></Imoveis>""",
    )
    assert deals(offer) == [("sale", 750000, "BRL", "once")]
    assert offer["bedrooms"] == 4
    assert offer["location"] == {
        "country": "BR",
        "region": "São Paulo",
        "city": "Vila Nova",
        "show_address": False,
    }


@pytest.mark.parametrize(
    ("inner", "street", "number"),
    [
        ("<Address>Rua das Flores, 100</Address>", "Rua das Flores", "100"),
        ("<Address>Rua das Flores, nº 7B</Address>", "Rua das Flores", "7B"),
        ("<Address>Rua 7, 3</Address><StreetNumber>12</StreetNumber>", "Rua 7, 3", "12"),
        ("<Address>Avenida Central</Address>", "Avenida Central", None),
    ],
)
def test_vrsync_with_the_number_behind_the_street(
    tmp_path: Path, inner: str, street: str, number: str | None
) -> None:
    offer = only_offer(
        tmp_path,
        "vrsync",
        "/ListingDataFeed/Listings/Listing",
        f"""<ListingDataFeed><Listings><Listing><ListingID>1</ListingID>
        <TransactionType>For Sale</TransactionType><Media/>
        <Details><ListPrice>1000</ListPrice></Details><Location>{inner}</Location></Listing>
        </Listings></ListingDataFeed>""",
    )
    assert (offer["location"]["street"], offer["location"].get("number")) == (street, number)


@pytest.mark.parametrize(
    ("subtype", "category", "kind"),
    [
        ("Kitchenette / Conjugados", "residential", "studio"),
        ("Cobertura Triplex", "residential", "penthouse"),
        ("Galpão / Depósito / Barracão", "commercial", "warehouse"),
        ("Loja de Shopping / Centro Comercial", "commercial", "shop"),
        ("Box Garagem", "parking", "garage"),
        ("Terreno Residencial", "land", "plot"),
    ],
)
def test_carga_as_olx_has_it_with_the_subtype_alone(
    tmp_path: Path, subtype: str, category: str, kind: str
) -> None:
    offer = only_offer(
        tmp_path,
        "zap_carga",
        "/Carga/Imoveis/Imovel",
        f"""<Carga><Imoveis><Imovel><CodigoImovel>R-1</CodigoImovel>
        <SubTipoImovel>{subtype}</SubTipoImovel><QtdDormitorios>0</QtdDormitorios>
        <PrecoLocacao>1800</PrecoLocacao><Fotos><Foto><UrlArquivo>https://img.example/1.jpg
        </UrlArquivo></Foto></Fotos></Imovel></Imoveis></Carga>""",
    )
    assert (offer["category"], offer["type"]) == (category, kind)
    assert media(offer) == [("image", "https://img.example/1.jpg", True)]
