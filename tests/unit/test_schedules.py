"""Schedules in words, their next times, and the nonsense they refuse."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from webapp.models.sources import ScheduleKind
from webapp.schedules import (
    Schedule,
    ScheduleError,
    checked_schedule,
    in_words,
    moment_in_words,
    next_times,
    timezone_names,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("manual", "", "Only when someone asks"),
        ("interval", "1", "Every minute"),
        ("interval", "15", "Every 15 minutes"),
        ("interval", "60", "Every hour"),
        ("interval", "360", "Every 6 hours"),
        ("interval", "90", "Every 90 minutes"),
        ("interval", "1440", "Every day"),
        ("daily", "03:00", "Daily at 03:00 (Europe/Madrid)"),
        ("daily", "13:00, 3:00", "Daily at 03:00 and 13:00 (Europe/Madrid)"),
        ("daily", "3:00 13:00;20:15", "Daily at 03:00, 13:00 and 20:15 (Europe/Madrid)"),
        ("cron", "*/15  8-18 * * 1-5", None),
        ("cron", "30 6 * * 1-5", "At 06:30, Monday through Friday (Europe/Madrid)"),
    ],
)
def test_a_schedule_is_said_in_words(kind: str, value: str, words: str | None) -> None:
    said = in_words(checked_schedule(kind, value, "Europe/Madrid"))
    if words is not None:
        assert said == words
    else:
        assert said.startswith("Every 15 minutes, between 08:00 and 18:")


@pytest.mark.parametrize(
    ("kind", "value", "part"),
    [
        ("interval", "", "whole number"),
        ("interval", "0", "whole number"),
        ("interval", "-5", "whole number"),
        ("interval", "1.5", "whole number"),
        ("interval", "²", "whole number"),
        ("interval", "44641", "31 days"),
        ("interval", "9" * 5000, "31 days"),
        ("daily", "", "at least one time"),
        ("daily", "25:00", "“25:00” is not a time of day"),
        ("daily", "3", "“3” is not a time of day"),
        ("daily", "03:00, noon", "“noon” is not a time of day"),
        ("daily", ",".join(f"{h:02}:{m:02}" for h in range(24) for m in (0, 30)), "48 times"),
        ("cron", "", "five fields"),
        ("cron", "every day", "five fields"),
        ("cron", "0 0 * * * *", "five fields"),
        ("cron", "61 * * * *", "bad minute"),
        ("cron", "a b c d e", "bad minute"),
        ("cron", "0 0 30 2 *", "bad day-of-month"),
        ("cron", "0 0 * * " + "1," * 60 + "1", "five fields"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(kind: str, value: str, part: str) -> None:
    with pytest.raises(ScheduleError, match=part):
        checked_schedule(kind, value, "Europe/Madrid")


def test_a_cron_line_that_no_day_matches_is_refused() -> None:
    with pytest.raises(ScheduleError, match="bad day"):
        checked_schedule("cron", "0 0 31 4 *", "UTC")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ScheduleError, match="no time zone"):
        checked_schedule("daily", "03:00", zone)


def test_a_manual_schedule_has_no_next_time() -> None:
    assert next_times(Schedule(ScheduleKind.MANUAL), NOON, 3) == []


def test_an_interval_counts_from_the_given_moment() -> None:
    schedule = checked_schedule("interval", "20", "Europe/Madrid")
    assert next_times(schedule, NOON, 3) == [
        utc(2026, 11, 22, 12, 20),
        utc(2026, 11, 22, 12, 40),
        utc(2026, 11, 22, 13, 0),
    ]


def test_daily_times_are_on_the_clocks_of_their_zone() -> None:
    schedule = checked_schedule("daily", "03:00,13:30", "Europe/Madrid")
    assert next_times(schedule, NOON, 3) == [
        utc(2026, 11, 22, 12, 30),
        utc(2026, 11, 23, 2, 0),
        utc(2026, 11, 23, 12, 30),
    ]


def test_the_moment_itself_is_not_a_next_time() -> None:
    schedule = checked_schedule("daily", "13:00", "Europe/Madrid")
    assert next_times(schedule, NOON, 1) == [utc(2026, 11, 23, 12, 0)]


def test_a_time_that_summer_time_skips_runs_once_right_after() -> None:
    schedule = checked_schedule("daily", "02:15,02:45", "Europe/Madrid")
    assert next_times(schedule, utc(2026, 3, 28, 12), 2) == [
        utc(2026, 3, 29, 1, 0),
        utc(2026, 3, 30, 0, 15),
    ]


def test_a_time_that_comes_twice_in_autumn_runs_once() -> None:
    schedule = checked_schedule("daily", "02:30", "Europe/Madrid")
    assert next_times(schedule, utc(2026, 10, 24, 12), 2) == [
        utc(2026, 10, 25, 0, 30),
        utc(2026, 10, 26, 1, 30),
    ]


def test_every_quarter_of_an_hour_goes_on_through_the_hour_that_comes_twice() -> None:
    schedule = checked_schedule("cron", "*/15 * * * *", "Europe/Madrid")
    times = next_times(schedule, utc(2026, 10, 25, 0, 0), 12)
    assert {(later - earlier).total_seconds() for earlier, later in pairwise(times)} == {900.0}


def test_a_moment_is_written_on_the_clocks_of_the_zone() -> None:
    assert moment_in_words(NOON, "Asia/Tokyo") == "Sun 22 Nov 2026, 21:00"


def test_the_zones_to_choose_from_start_with_utc_and_hold_places_only() -> None:
    names = timezone_names()
    assert names[0] == "UTC"
    assert {"Europe/Sofia", "America/Argentina/Buenos_Aires"} <= set(names)
    assert all("/" in name for name in names[1:])
