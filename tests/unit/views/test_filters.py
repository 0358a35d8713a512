"""How values are written on pages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from webapp.extensions import babel
from webapp.models import utc_now
from webapp.views.filters import (
    absolute,
    ago,
    byte_size,
    duration,
    here,
    money,
    number,
    sparkline_points,
)


@pytest.fixture(autouse=True)
def request_context() -> Iterator[None]:
    app = Flask("filters")
    babel.init_app(app)
    with app.test_request_context("/offers?search=sea+view&page=3&sort=-price"):
        yield


def test_numbers_have_separators_and_words_pass() -> None:
    assert number(12480) == "12,480"
    assert number("10,000+") == "10,000+"
    assert number(0) == "0"
    assert number(None) == "–"


@pytest.mark.parametrize(
    ("size", "words"),
    [(999, "999 B"), (1500, "1.5 kB"), (280_400_123, "280 MB"), (0, "0 B"), (None, "–")],
)
def test_sizes_have_the_unit_that_fits(size: int | None, words: str) -> None:
    assert byte_size(size) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.421, "0.42 s"),
        (12.4, "12 s"),
        (59.6, "1 min 0 s"),
        (185, "3 min 5 s"),
        (9000, "2 h 30 min"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (Decimal(250000), "EUR", "€250,000"),
        (Decimal("1250.50"), "BGN", "1,250.50\u00a0BGN"),
        (Decimal(0), "EUR", "€0"),
        (Decimal(900), None, "900"),
        (None, "EUR", "–"),
    ],
)
def test_money_reads_as_people_write_it(
    amount: Decimal | None, currency: str | None, words: str
) -> None:
    assert money(amount, currency) == words


def test_times_are_told_from_now_in_both_directions() -> None:
    assert ago(utc_now() - timedelta(seconds=2)) == "just now"
    assert ago(utc_now() - timedelta(minutes=12)) == "12 minutes ago"
    assert ago(utc_now() + timedelta(hours=3)) == "in 3 hours"


def test_a_moment_is_told_in_universal_time() -> None:
    assert (
        absolute(datetime.fromisoformat("2026-05-31T01:30:05.7+02:00"))
        == "30 May 2026 23:30:05 UTC"
    )


def test_a_sparkline_spans_the_box_and_keeps_zero_at_the_bottom() -> None:
    assert sparkline_points([0, 5, 10], 200, 40) == "0.0,39.0 100.0,20.0 200.0,1.0"
    assert sparkline_points([0, 0], 200, 40) == "0.0,39.0 200.0,39.0"
    assert sparkline_points([3], 200, 40) == ""


def test_an_address_keeps_the_parameters_that_are_not_changed() -> None:
    assert here(page=4) == "/offers?search=sea+view&page=4&sort=-price"
    assert here(page=None, sort="city") == "/offers?search=sea+view&sort=city"
    assert here(page=None, sort=None, search=None) == "/offers"
