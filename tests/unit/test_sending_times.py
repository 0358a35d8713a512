"""When a message may go out, in the time zone of those who read it."""

from datetime import UTC, datetime

import pytest

from webapp.sending_times import SendingHours, digest_time, end_of_quiet

MADRID = SendingHours("Europe/Madrid", "22:00", "07:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2026-11-22T20:59", "2026-11-22T20:59"),
        ("2026-11-22T21:00", "2026-11-23T06:00"),
        ("2026-11-23T05:59", "2026-11-23T06:00"),
        ("2026-11-23T06:00", "2026-11-23T06:00"),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(now: str, sent: str) -> None:
    assert end_of_quiet(MADRID, at(now)) == at(sent)


def test_quiet_hours_within_a_day_end_on_that_day() -> None:
    siesta = SendingHours("UTC", "14:00", "16:30")
    assert end_of_quiet(siesta, at("2026-11-23T15:00")) == at("2026-11-23T16:30")
    assert end_of_quiet(siesta, at("2026-11-23T17:00")) == at("2026-11-23T17:00")


def test_a_night_in_which_the_clocks_change_ends_by_the_new_time() -> None:
    assert end_of_quiet(MADRID, at("2026-10-24T21:00")) == at("2026-10-25T06:00")
    assert end_of_quiet(MADRID, at("2026-03-28T22:00")) == at("2026-03-29T05:00")


def test_without_quiet_hours_nothing_waits() -> None:
    now = at("2026-11-23T03:00")
    assert end_of_quiet(SendingHours(), now) == now
    assert end_of_quiet(SendingHours("UTC", "07:00", "07:00"), now) == now


def test_a_digest_comes_at_its_next_time_also_when_its_time_is_now() -> None:
    hours = SendingHours("Europe/Madrid", digest_at="08:00")
    assert digest_time(hours, at("2026-11-23T06:59")) == at("2026-11-23T07:00")
    assert digest_time(hours, at("2026-11-23T07:00")) == at("2026-11-24T07:00")
