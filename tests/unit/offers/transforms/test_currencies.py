"""Currencies, alone and beside a figure."""

from typing import Any

import pytest

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.currencies import currency, currency_in


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("EUR", "EUR"),
        ("eur", "EUR"),
        ("€", "EUR"),
        ("RUR", "RUB"),
        ("лв", "BGN"),
        ("лв.", "BGN"),
        ("BGN", "BGN"),
        (" £ ", "GBP"),
    ],
)
def test_currencies_become_iso_codes(given: str, code: str) -> None:
    assert currency(given) == code


@pytest.mark.parametrize("bad", ["XYZ", "", "doubloons", None])
def test_an_unknown_currency_is_refused(bad: Any) -> None:
    with pytest.raises(BadValue) as refused:
        currency(bad)
    assert refused.value.code == "unknown_value"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("6000000 RUB", "RUB"),
        ("6000000 rur", "RUB"),
        ("€ 250.000,-", "EUR"),
        ("250.000€", "EUR"),
        ("R$ 1.000,00", "BRL"),
        ("125 000 лв.", "BGN"),
        ("AED 120,000/year", "AED"),
        ("CHF 1'200.-", "CHF"),
        ("250000", None),
        ("POA", None),
        (250000, None),
    ],
)
def test_the_currency_in_a_cell(cell: Any, code: str | None) -> None:
    assert currency_in(cell) == code
