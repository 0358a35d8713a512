"""Dates and moments as vendors write them."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.dates import date, day


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("2026-07-30 13:29:12", "2026-07-30T13:29:12+02:00"),
        ("2026-01-30 13:29:12", "2026-01-30T13:29:12+01:00"),
        ("2026-07-30T13:29:12Z", "2026-07-30T13:29:12+00:00"),
        ("2026-07-30T13:29:12.123+03:00", "2026-07-30T13:29:12+03:00"),
        ("2026-07-30", "2026-07-30T00:00:00+02:00"),
        ("20260730", "2026-07-30T00:00:00+02:00"),
        ("2026/07/30 08:05", "2026-07-30T08:05:00+02:00"),
        ("2026-07-30-07:00:03", "2026-07-30T07:00:03+02:00"),
        ("30/07/2026", "2026-07-30T00:00:00+02:00"),
        ("30.7.2026 8:05", "2026-07-30T08:05:00+02:00"),
        ("30-07-2026 08:05:09", "2026-07-30T08:05:09+02:00"),
        (" 2026-07-30 ", "2026-07-30T00:00:00+02:00"),
        ("20260730130503", "2026-07-30T13:05:03+02:00"),
        ("2026-7-3 8:05", "2026-07-03T08:05:00+02:00"),
        ("2026-07-30 13:29:12 +0300", "2026-07-30T13:29:12+03:00"),
        ("2026-07-30 13:29:12 UTC", "2026-07-30T13:29:12+00:00"),
        ("30.07.26", "2026-07-30T00:00:00+02:00"),
        ("30/07/2026 2:05 PM", "2026-07-30T14:05:00+02:00"),
        ("30 July 2026", "2026-07-30T00:00:00+02:00"),
        ("30-Jul-2026 08:05", "2026-07-30T08:05:00+02:00"),
        ("July 30th, 2026", "2026-07-30T00:00:00+02:00"),
        ("Jul 30, 2026 12:05 AM", "2026-07-30T00:05:00+02:00"),
        ("Thu, 30 Jul 2026 13:29:12 GMT", "2026-07-30T13:29:12+00:00"),
        ("Thu, 30 Jul 2026 13:29:12 +0200", "2026-07-30T13:29:12+02:00"),
        ("1785410952", "2026-07-30T13:29:12+02:00"),
        (1785410952, "2026-07-30T13:29:12+02:00"),
        (1785410952000, "2026-07-30T13:29:12+02:00"),
        ("/Date(1785410952000)/", "2026-07-30T13:29:12+02:00"),
        ("/Date(1785410952000+0300)/", "2026-07-30T13:29:12+02:00"),
    ],
)
def test_a_moment_is_read_with_the_vendors_time_zone(spelling: Any, expected: str) -> None:
    assert date(spelling, zone="Europe/Madrid") == expected


def test_a_moment_that_was_read_stays_as_it_is() -> None:
    moment = date("2026-07-30 13:29:12", zone="Europe/Madrid")
    assert date(moment) == moment


def test_month_may_come_first() -> None:
    assert day("07/30/2026", order="month_first") == "2026-07-30"
    with pytest.raises(BadValue):
        day("07/30/2026")


def test_a_day_is_the_vendors_day() -> None:
    assert day("2026-07-30 23:30:00", zone="Europe/Sofia") == "2026-07-30"


@pytest.mark.parametrize("empty", ["", " ", "0000-00-00", "0000-00-00 00:00:00"])
def test_an_empty_date_is_unknown_without_complaint(empty: str) -> None:
    assert date(empty) is None
    assert day(empty) is None


@pytest.mark.parametrize(
    "bad", ["soon", "2026-13-01", "31/02/2026", "30/07/26", "0026-01-01", "9999-99", 1753, None]
)
def test_what_is_no_date_is_refused(bad: Any) -> None:
    with pytest.raises(BadValue) as refused:
        date(bad)
    assert refused.value.code == "bad_date"


WRITTEN = st.text(alphabet="0123456789-/.: TZ+()DatejnmfbPMA,", max_size=30)


@given(text=WRITTEN | st.text(max_size=40) | st.integers() | st.floats())
def test_anything_is_a_moment_or_refused(text: Any) -> None:
    try:
        read = date(text, zone="Europe/Sofia")
    except BadValue:
        return
    assert read is None or datetime.fromisoformat(read).tzinfo is not None


@pytest.mark.parametrize(
    "pattern",
    ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d-%H:%M:%S",
     "%d %B %Y %H:%M:%S", "%B %d, %Y %I:%M:%S %p", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%SZ"],
)  # fmt: skip
@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2150, 1, 1)))
def test_a_moment_comes_back_out_of_every_spelling(pattern: str, moment: datetime) -> None:
    assert date(moment.strftime(pattern)) == moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


@given(seconds=st.integers(10**9, 5 * 10**9))
def test_seconds_and_milliseconds_are_the_same_moment(seconds: int) -> None:
    assert date(seconds) == date(str(seconds)) == date(f"/Date({seconds * 1000})/")
