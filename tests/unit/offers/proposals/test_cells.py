"""Cells that say more than their column's name: units, currencies, periods, what they count."""

from typing import Any

import pytest

from webapp.offers.canonical import canonical_offer
from webapp.offers.mapping import compile_mapping
from webapp.offers.proposals.name_fit import fits_of
from webapp.offers.proposals.profile import profile_of
from webapp.offers.proposals.proposal import Proposal, proposed_mapping
from webapp.offers.reading import Reading


def proposal(records: list[dict[str, Any]], id_path: str = "Ref") -> Proposal:
    return proposed_mapping(profile_of(records), Reading(container="csv"), (id_path,))


def first_offer(records: list[dict[str, Any]], id_path: str = "Ref") -> dict[str, Any]:
    mapper = compile_mapping(proposal(records, id_path).document)
    offer, problems = canonical_offer(mapper(records[0]).offer)
    assert offer is not None, problems
    return offer


@pytest.mark.parametrize(
    ("cell", "amount", "currency", "period"),
    [
        ("1.200 €/Monat", 1200, "EUR", "month"),
        ("£ 950 pcm", 950, "GBP", "month"),
        ("350 EUR par semaine", 350, "EUR", "week"),
        ("28 000 руб/мес", 28000, "RUB", "month"),
    ],
)
def test_a_price_may_name_its_currency_and_period(
    cell: str, amount: int, currency: str, period: str
) -> None:
    deal = first_offer([{"Ref": f"A{row}", "Miete": cell, "Ort": "Rye"} for row in range(5)])[
        "deals"
    ]

    assert [(found["deal"], found["amount"]) for found in deal] == [("rent", amount)]
    assert (deal[0]["currency"], deal[0]["period"]) == (currency, period)


@pytest.mark.parametrize(
    ("title", "currency"),
    [
        ("Ljus lägenhet med balkong och utsikt i ett hus på landet", "SEK"),
        ("Dejlig lejlighed med altan og udsigt, værelser tæt på stue af bolig", "DKK"),
    ],
)
def test_crowns_are_those_of_the_texts_country(title: str, currency: str) -> None:
    records = [
        {"Ref": f"A{row}", "pris": f"{row + 1} 500 000 kr", "titel": title} for row in range(9)
    ]

    assert first_offer(records)["deals"][0]["currency"] == currency


def test_columns_without_names_are_told_by_their_cells() -> None:
    records = [
        {
            "1": f"BR-{100 + row}",
            "2": f"{2 + row % 3} bed",
            "3": f"{1 + row % 2} baths",
            "4": f"{70 + row} sq m",
            "5": f"N37 X2A{row}",
            "6": ["C", "B", "D"][row % 3],
            "7": f"{250 + row}000",
        }
        for row in range(9)
    ]

    offer = first_offer(records, "1")

    assert (offer["bedrooms"], offer["bathrooms"]) == (2, 1)
    assert offer["areas"]["total"] == 70
    assert offer["location"]["postcode"] == "N37 X2A0"
    assert offer["energy"]["class"] == "C"


def test_one_column_may_say_the_deal_and_the_status() -> None:
    words = ["For Sale", "Sale Agreed", "To Let", "Sold"]
    records = [{"1": f"A-{row}7", "2": words[row % 4], "3": f"{row}50000"} for row in range(1, 9)]

    document = proposal(records, "1").document

    assert document.values["statuses"]["Sale Agreed"] == "reserved"
    assert document.values["statuses"]["To Let"] == "active"
    assert document.values["deals"]["To Let"] == "rent"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("annee_constr", "year_built"),
        ("Objektbezeichn.", "texts.title"),
        ("Kontaktpers.", "contact.name"),
        ("fec_modific", "source_updated_at"),
        ("superf_habit", "areas.living"),
        ("жил_кв_м", "areas.living"),
        ("M2_CONST", "areas.built"),
        ("NomeCidade", "location.city"),
        ("agency_property_id", "id"),
    ],
)
def test_names_cut_short_and_with_words_around_are_understood(name: str, field: str) -> None:
    fits = fits_of((name,))

    assert max(fits, key=lambda target: fits[target]) == field


@pytest.mark.parametrize("name", ["lift", "sea_view", "heating", "man", "car"])
def test_other_words_mean_none_of_the_fields(name: str) -> None:
    assert max(fits_of((name,)).values(), default=0.0) < 0.5
