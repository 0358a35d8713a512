from typing import Any

import pytest

from webapp.offers.canonical import canonical_offer
from webapp.offers.mapping import compile_mapping
from webapp.offers.proposals.ids import id_candidates
from webapp.offers.proposals.name_fit import fits_of
from webapp.offers.proposals.names import name_of
from webapp.offers.proposals.profile import profile_of
from webapp.offers.proposals.proposal import Proposal, proposed_mapping
from webapp.offers.reading import Reading

Records = list[dict[str, Any]]


def proposed(records: Records) -> Proposal:
    profile = profile_of(records)
    best = id_candidates(profile)[0]
    return proposed_mapping(profile, Reading(container="csv"), (best.path,))


def offers(records: Records) -> list[dict[str, Any]]:
    mapper = compile_mapping(proposed(records).document)
    made = [canonical_offer(mapper(record).offer)[0] for record in records]
    return [offer for offer in made if offer is not None]


def rows(count: int = 8, **columns: Any) -> Records:
    """Each column a value for all, or a function of the row's number."""
    return [
        {"Ref": f"A{number:03}"}
        | {name: made(number) if callable(made) else made for name, made in columns.items()}
        for number in range(100, 100 + count)
    ]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Wohnfläche (m²)", "areas.living"),
        ("superficie_habitable", "areas.living"),
        ("Площадь, м2", "areas.total"),
        ("Застроена площ", "areas.built"),
        ("priceEUR", "deals.amount"),
        ("PrecoLocacao", "deals.amount.rent"),
        ("prezzo_vendita", "deals.amount.sale"),
        ("Código Postal", "location.postcode"),
        ("nb_chambres", "bedrooms"),
        ("aantalKamers", "rooms"),
        ("telefon_agenta", "contact.phones"),
        ("Цена за м2", "-"),
    ],
)
def test_names_of_many_languages_are_understood(name: str, field: str) -> None:
    fits = fits_of((name,))

    assert max(fits, key=lambda target: fits[target]) == field


def test_units_currencies_and_languages_are_taken_out_of_names() -> None:
    assert name_of("Wohnfläche (m²)").unit == "m2"
    assert name_of("Valor (R$)").currency == "BRL"
    assert (name_of("title_en").language, name_of("title_en").words) == ("en", ("title",))


def test_a_name_within_an_agent_is_the_contacts() -> None:
    assert set(fits_of(("agent", "name"))) <= {"contact.name", "contact.agent_ref"}


def test_two_prices_are_two_deals_and_zero_is_none() -> None:
    made = offers(
        rows(
            PrecoVenda=lambda number: f"{number}000" if number % 2 else "0",
            PrecoLocacao=lambda number: "0" if number % 2 else "1900",
            Moeda="BRL",
        )
    )

    assert [[deal["deal"] for deal in offer["deals"]] for offer in made[:2]] == [["rent"], ["sale"]]
    assert made[0]["deals"][0]["amount"] == 1900
    assert made[0]["deals"][0]["currency"] == "BRL"


def test_a_price_with_words_and_currency_in_its_cell() -> None:
    made = offers(rows(Prix=lambda number: f"{number} 000 € FAI", Transaction="Vente"))

    assert made[0]["deals"][0] | {"amount": 100000, "currency": "EUR"} == made[0]["deals"][0]


def test_columns_by_language_are_texts_of_their_languages() -> None:
    made = offers(rows(title_en="A quiet house", title_de="Ein ruhiges Haus", price="100000"))

    assert {text["lang"]: text["title"] for text in made[0]["texts"]} == {
        "en": "A quiet house",
        "de": "Ein ruhiges Haus",
    }


@pytest.mark.parametrize(
    "pictures",
    [
        {"Foto1": "https://p.example/1.jpg", "Foto2": "https://p.example/2.jpg"},
        {"Fotos": "https://p.example/1.jpg;https://p.example/2.jpg"},
        {"fotos": ["https://p.example/1.jpg", "https://p.example/2.jpg"]},
        {"fotos": {"foto": [{"url": f"https://p.example/{n}.jpg", "id": n} for n in (1, 2)]}},
    ],
    ids=["columns", "one cell", "list", "nested"],
)
def test_pictures_are_found_however_they_are_listed(pictures: dict[str, Any]) -> None:
    made = offers([{**row, **pictures} for row in rows(Preis="100000")])

    assert [medium["url"] for medium in made[0]["media"]] == [
        "https://p.example/1.jpg",
        "https://p.example/2.jpg",
    ]


def test_pictures_of_media_rss_count_more_than_the_one_enclosed() -> None:
    made = offers(
        [
            {
                "guid": f"h-{number}",
                "title": f"Flat number {number}",
                "content": [
                    {"@url": f"https://img.example/{number}/{place}.jpg", "@medium": "image"}
                    for place in (1, 2)
                ],
                "enclosure": {"@url": f"https://img.example/{number}/1.jpg"},
            }
            for number in range(8)
        ]
    )
    assert [medium["url"] for medium in made[0]["media"]] == [
        "https://img.example/0/1.jpg",
        "https://img.example/0/2.jpg",
    ]


def test_yes_and_no_columns_are_features() -> None:
    made = offers(rows(Ascensor=lambda number: "sí" if number % 2 else "no", precio="90000"))

    assert [[found["code"] for found in offer["features"]] for offer in made[:2]] == [[], ["lift"]]


def test_a_type_that_says_the_rooms() -> None:
    made = offers([{**row, "Вид имот": "Тристаен", "Цена": "85 000 EUR"} for row in rows()])

    assert (made[0]["type"], made[0]["rooms"]) == ("apartment", 3)


def test_positions_give_way_to_a_reference() -> None:
    records = [{"Nr": str(place), **row} for place, row in enumerate(rows(Preis="1"), start=1)]

    assert id_candidates(profile_of(records))[0].path == "Ref"


def test_nothing_is_proposed_for_words_nobody_knows() -> None:
    document = proposed(rows(qwxyz=lambda number: f"zzz{number}q", vbnmk="ppp")).document

    assert set(document.fields) <= {"reference"}
    assert (document.deals, document.texts, document.media) == ((), (), ())


def test_a_table_without_names_tells_the_address_by_what_stands_beside_it() -> None:
    streets = ["Nebelstraße", "Am Moosweg", "Lindenplatz", "Wolkengasse"]
    records = [
        {
            "1": "I",
            "2": f"21{number}7 / {number} / 1{number}",
            "3": "Wohnraum",
            "4": streets[number % 4],
            "5": str(number + 1),
            "6": f"0774{number}",
            "7": "Nebelstadt",
            "8": ["Nord", "Winzeraue"][number % 2],
            "9": f"{number}. Etage",
            "10": f"{58 - number},34",
            "11": str(620 - 10 * number),
        }
        for number in range(1, 6)
    ]
    assert id_candidates(profile_of(records))[0].path == "2"
    offer = offers(records)[0]
    assert offer["location"] == {
        "street": "Am Moosweg",
        "number": "2",
        "postcode": "07741",
        "city": "Nebelstadt",
        "district": "Winzeraue",
    }
    assert offer["floor"] == 1
    assert offer["areas"] == {"total": 57.34}
    assert [(deal["deal"], deal["amount"]) for deal in offer["deals"]] == [("rent", 610)]


def test_a_price_to_buy_at_is_paid_once_whatever_the_period_beside_it_says() -> None:
    records = rows(
        Operation=lambda number: ("Sale", "Rent")[number % 2],
        Price=lambda number: 200_000 + number,
        Period="Month",
    )
    assert {
        deal["deal"]: deal["period"] for offer in offers(records) for deal in offer["deals"]
    } == {
        "sale": "once",
        "rent": "month",
    }


def test_a_category_that_says_the_type_or_the_deal_is_no_category() -> None:
    made = proposed(rows(Catégorie="Vente", Type="Appartement", Prix=lambda number: 1000 * number))
    assert "category" not in made.document.fields
    assert offers(rows(Catégorie="Vente", Type="Appartement", Prix="1000"))[0]["deals"][0][
        "deal"
    ] == ("sale")


def test_one_monster_among_the_values_does_not_hide_what_the_others_are() -> None:
    found = proposed(
        rows(
            30,
            lat=lambda n: 411_234.5 if n == 105 else 41.1 + n / 1000,
            lon=lambda n: -8.6 - n / 1000,
            title=lambda n: "x" * 2_000_000 if n == 106 else f"A flat with a view {n}",
        )
    )
    fields = found.document.model_dump(exclude_unset=True)
    assert {"lat", "lon"} <= {path.rpartition(".")[2] for path in fields["fields"]}
    assert fields["texts"]


def test_a_price_that_is_none_is_not_taken_for_another() -> None:
    prices = {101: "-250000 €", 102: "2.5E+05 €", 103: "from 90 000 €"}
    made = offers(rows(Price=lambda number: prices.get(number, f"{number}000 €")))
    amounts = [deal["amount"] for offer in made[:5] for deal in offer["deals"]]
    assert amounts == [100_000, None, None, 90_000, 104_000]
