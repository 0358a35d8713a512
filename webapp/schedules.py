"""When a source is read: checks a schedule, says it in words and computes its next times.

The form checks with it, the source page shows it, the tick asks it for the next time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from heapq import merge
from itertools import groupby, islice
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_datetime
from cron_descriptor import Options, get_description
from cronsim import CronSim, CronSimError
from flask_babel import get_locale, gettext, ngettext

from webapp.models.sources import ScheduleKind

HOUR = 60
DAY = 24 * HOUR
LONGEST_INTERVAL = 31 * DAY
MOST_DAILY_TIMES = 24
LONGEST_CRON = 100
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class ScheduleError(ValueError):
    """The schedule makes no sense; the message is for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule that has been checked. `value`: minutes, "03:00,13:00", five cron fields or ""."""

    kind: ScheduleKind
    value: str = ""
    timezone: str = "UTC"


def checked_schedule(kind: str, value: str, timezone: str) -> Schedule:
    """:raise ScheduleError: with a sentence that says what is expected instead."""
    if timezone not in timezone_names():
        raise ScheduleError(
            gettext("There is no time zone %(name)s. Choose one of the list.", name=timezone)
        )
    known = ScheduleKind(kind)
    return Schedule(known, _CHECKS[known](value.strip(), timezone), timezone)


def next_times(schedule: Schedule, after: datetime, count: int) -> list[datetime]:
    """The next `count` moments after `after`, in UTC; none for a manual schedule."""
    if schedule.kind is ScheduleKind.MANUAL:
        return []
    if schedule.kind is ScheduleKind.INTERVAL:
        step = timedelta(minutes=int(schedule.value))
        return [after.astimezone(UTC) + step * turn for turn in range(1, count + 1)]
    local = after.astimezone(ZoneInfo(schedule.timezone))
    moments = merge(
        *(
            (moment.astimezone(UTC) for moment in CronSim(expression, local))
            for expression in _cron_expressions(schedule)
        )
    )
    # Two daily times inside the hour that summer time skips fall on the same moment.
    return [moment for moment, _ in islice(groupby(moments), count)]


def in_words(schedule: Schedule) -> str:
    """Such as "Every 15 minutes" or "Daily at 03:00 and 13:00 (Europe/Madrid)"."""
    match schedule.kind:
        case ScheduleKind.MANUAL:
            return str(gettext("Only when someone asks"))
        case ScheduleKind.INTERVAL:
            return _interval_in_words(int(schedule.value))
        case ScheduleKind.DAILY:
            times = _listed(schedule.value.split(","))
            zone = schedule.timezone
            return str(gettext("Daily at %(times)s (%(zone)s)", times=times, zone=zone))
        case ScheduleKind.CRON:
            words = get_description(
                schedule.value, Options(use_24hour_time_format=True, locale_code="en_US")
            )
            return f"{words} ({schedule.timezone})"


def moment_in_words(moment: datetime, timezone: str) -> str:
    """Such as "Mon 23 Nov 2026, 03:00" on the clocks of that time zone."""
    local = moment.astimezone(ZoneInfo(timezone))
    return format_datetime(local, "EEE d MMM yyyy, HH:mm", locale=get_locale() or "en")


@cache
def timezone_names() -> tuple[str, ...]:
    """The zones a person may choose: UTC and every place, without the historical aliases."""
    places = (name for name in available_timezones() if re.match(r"[A-Z][a-z]+/", name))
    return ("UTC", *sorted(name for name in places if not name.startswith("Etc/")))


def _manual(value: str, timezone: str) -> str:
    return ""


def _interval(value: str, timezone: str) -> str:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:9]) <= LONGEST_INTERVAL:
        raise ScheduleError(
            gettext("Give a whole number, from every minute to every 31 days at most.")
        )
    return str(int(value))


def _daily(value: str, timezone: str) -> str:
    times = set()
    for written in filter(None, re.split(r"[,;\s]+", value)):
        clock = _CLOCK.fullmatch(written)
        if clock is None:
            raise ScheduleError(
                gettext(
                    "“%(time)s” is not a time of day. Write times like 03:00, 13:30.",
                    time=written[:20],
                )
            )
        times.add(f"{int(clock[1]):02}:{clock[2]}")
    if not times:
        raise ScheduleError(gettext("Give at least one time of day, like 03:00."))
    if len(times) > MOST_DAILY_TIMES:
        raise ScheduleError(
            gettext(
                "That are %(count)s times a day; %(most)s are allowed. Use “every N minutes”.",
                count=len(times),
                most=MOST_DAILY_TIMES,
            )
        )
    return ",".join(sorted(times))


def _cron(value: str, timezone: str) -> str:
    fields = value.split()
    if len(fields) != 5 or len(value) > LONGEST_CRON:
        raise ScheduleError(
            gettext(
                "A cron line has five fields: minute, hour, day of the month, month and weekday. "
                "For example: 30 6 * * 1-5"
            )
        )
    expression = " ".join(fields)
    try:
        next(CronSim(expression, datetime.now(ZoneInfo(timezone))))
    except CronSimError as error:
        raise ScheduleError(
            gettext(
                "This cron line can't be read: %(reason)s. For example: 30 6 * * 1-5",
                reason=str(error)[:1].lower() + str(error)[1:],
            )
        ) from error
    except StopIteration as never:
        raise ScheduleError(
            gettext("No day ever matches this cron line, so the feed would never be read.")
        ) from never
    return expression


_CHECKS = {
    ScheduleKind.MANUAL: _manual,
    ScheduleKind.INTERVAL: _interval,
    ScheduleKind.DAILY: _daily,
    ScheduleKind.CRON: _cron,
}


def _cron_expressions(schedule: Schedule) -> list[str]:
    if schedule.kind is ScheduleKind.CRON:
        return [schedule.value]
    clocks = (time.split(":") for time in schedule.value.split(","))
    return [f"{int(minute)} {int(hour)} * * *" for hour, minute in clocks]


def _interval_in_words(minutes: int) -> str:
    if minutes % DAY == 0:
        return str(ngettext("Every day", "Every %(num)s days", minutes // DAY))
    if minutes % HOUR == 0:
        return str(ngettext("Every hour", "Every %(num)s hours", minutes // HOUR))
    return str(ngettext("Every minute", "Every %(num)s minutes", minutes))


def _listed(items: list[str]) -> str:
    if len(items) == 1:
        return items[0]
    return str(gettext("%(many)s and %(last)s", many=", ".join(items[:-1]), last=items[-1]))
