"""Numbers and times by which vendors order the states of their offers."""

from typing import Any

import pytest

from webapp.bodies.version import compiled_version, version_in

ARRIVAL = 1_790_000_000_000_000
SECOND = 1_000_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (17, 17),
        ("17", 17),
        (" 0017 ", 17),
        (20260531, 20260531),
        (17.0, 17),
        (1_780_000_000, 1_780_000_000 * SECOND),
        (1_780_000_000.25, 1_780_000_000 * SECOND + 250_000),
        ("1780000000123", 1_780_000_000_123_000),
        (1_780_000_000_123_456, 1_780_000_000_123_456),
        ("2026-05-28T20:26:40Z", 1_780_000_000 * SECOND),
        ("2026-05-28T20:26:40.123456+00:00", 1_780_000_000 * SECOND + 123_456),
        ("2026-05-28T22:26:40+02:00", 1_780_000_000 * SECOND),
        ("20260528202640", 1_780_000_000 * SECOND),
        (9_999_999_999, 9_999_999_999),
        (2**63 - 1, 2**63 - 1),
        (2**63, None),
        (10**30, None),
        (True, None),
        (None, None),
        ({}, None),
        ([5], None),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("9" * 200, None),
        (float("inf"), None),
        (float("nan"), None),
    ],
)
def test_a_version_is_a_number_or_a_time_in_microseconds(value: Any, expected: int | None) -> None:
    assert version_in(value, ARRIVAL) == expected


@pytest.mark.parametrize("ahead", [301, 3_600, 300 * 86_400])
def test_a_clock_that_is_ahead_counts_as_the_arrival(ahead: int) -> None:
    assert version_in(ARRIVAL // SECOND + ahead, ARRIVAL) == ARRIVAL
    assert version_in((ARRIVAL // SECOND + ahead) * 1000, ARRIVAL) == ARRIVAL


def test_a_clock_that_is_a_little_ahead_is_believed() -> None:
    assert version_in(ARRIVAL // SECOND + 299, ARRIVAL) == ARRIVAL + 299 * SECOND


def test_a_time_without_a_zone_is_that_of_the_mapping() -> None:
    version_of = compiled_version("changed.at", "Europe/Madrid")
    assert version_of({"changed": {"at": "2026-05-28 22:26:40"}}, ARRIVAL) == 1_780_000_000 * SECOND
    assert version_of({"changed": None}, ARRIVAL) is None
