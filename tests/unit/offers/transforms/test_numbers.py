"""Numbers as vendors write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.numbers import (
    integer,
    number,
    on_request,
    price,
    zero_is_unknown,
)


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("0", 0),
        ("007", 7),
        ("250000", 250000),
        ("250000.00", 250000),
        ("1.250.000", 1250000),
        ("1,250,000", 1250000),
        ("1,250,000.50", 1250000.5),
        ("1.250.000,50", 1250000.5),
        ("12,34,567", 1234567),
        ("1.250", 1250),
        ("1,250", 1250),
        ("0.250", 0.25),
        ("1250.127", 1250.13),
        ("2,5", 2.5),
        ("1 250 000", 1250000),
        ("1 250 000", 1250000),
        ("1'250'000", 1250000),
        ("250.000,-", 250000),
        ("250.000,– €", 250000),
        ("€ 1.250,50", 1250.5),
        ("6000000 RUB", 6000000),
        ("125 000 лв.", 125000),
        ("R$ 1.000,00", 1000),
        ("120 m²", 120),
        ("120 m2", 120),
        ("85.5 кв. м", 85.5),
        ("ca. 120", 120),
        ("1\u00a0250\u00a0000,50", 1250000.5),
        ("1\u202f250\u2009000", 1250000),
        ("1’250’000.–", 1250000),
        ("٢٥٠٬٠٠٠", 250000),
        ("٨٥٫٥", 85.5),
        ("２５００００", 250000),
        ("−3", -3),
        ("1985 г.", 1985),
        ("250.000EUR", 250000),
        ("-3", -3),
        (" 42 ", 42),
        (42, 42),
        (42.0, 42),
        (42.5, 42.5),
    ],
)
def test_a_number_is_read_in_every_usual_spelling(spelling: Any, expected: float) -> None:
    read = number(spelling)
    assert read == expected
    assert type(read) is type(expected)


@pytest.mark.parametrize("nothing", ["", "-", "---", " – ", "n/a", "NULL"])
def test_a_dash_is_no_number_and_no_complaint(nothing: str) -> None:
    assert number(nothing) is None
    assert integer(nothing) is None


@pytest.mark.parametrize(
    "bad",
    [
        "POA",
        "abc",
        "50 + 75 terrace",
        "100 - 200",
        "12 May 2026",
        "10 20",
        "1e400",
        "9" * 16,
        "9" * 400,
        "5 млн",
        "от 5 млн",
        "1.200 €/m²",
        "1" * 300,
        "120 sq ft",
        "²",
        True,
        float("nan"),
        float("inf"),
        10**15,
        ["1"],
        {"a": 1},
    ],
)
def test_what_is_no_number_is_refused(bad: Any) -> None:
    with pytest.raises(BadValue) as refused:
        number(bad)
    assert refused.value.code == "bad_number"


def test_the_decimal_sign_can_be_settled() -> None:
    assert number("1.250", decimal=".") == 1.25
    assert number("1.250", decimal=",") == 1250
    assert number("1,250", decimal=",") == 1.25


def test_an_integer_takes_no_halves() -> None:
    assert integer("2.0") == 2
    with pytest.raises(BadValue):
        integer("2.5")


@pytest.mark.parametrize("zero", [0, 0.0, "0", "0.00", "0,00"])
def test_zero_means_unknown_where_the_vendor_uses_it_so(zero: Any) -> None:
    assert zero_is_unknown(zero) is None


@pytest.mark.parametrize("value", ["10", 1, "", "00 m", ["0"]])
def test_only_zero_means_unknown(value: Any) -> None:
    assert zero_is_unknown(value) == value


@pytest.mark.parametrize(
    "words",
    [
        "POA",
        "P.O.A.",
        "Price on application",
        "auf Anfrage",
        "Sur demande.",
        "по договаряне",
        "Цена  при запитване",
        "su richiesta",
        "Sob consulta!",
        "Договорная",
    ],
)
def test_words_that_ask_for_the_price_are_no_price(words: str) -> None:
    assert price(words) is None
    assert on_request(words) is True


def test_a_price_is_not_on_request() -> None:
    assert price("250.000 €") == 250000
    assert on_request("250.000 €") is None
    assert on_request(False) is False


FIGURES = st.text(alphabet="0123456789٠٥５.,'’ \u00a0-–€m²kc+", max_size=30)


@given(text=FIGURES | st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        read = number(text)
    except BadValue:
        return
    assert read is None or type(read) in (int, float)


@pytest.mark.parametrize(
    ("thousands", "decimal"),
    [(",", "."), (".", ","), (" ", ","), ("\u00a0", ","), ("’", "."), ("", ".")],
)
@given(cents=st.integers(0, 10**12))
def test_a_price_comes_back_out_of_every_spelling(thousands: str, decimal: str, cents: int) -> None:
    whole = f"{cents // 100:,}".replace(",", thousands)
    assert price(f"{whole}{decimal}{cents % 100:02} €") == cents / 100
