"""Moments and days: ISO, `2015-05-02-07:00:03`, 31/05/2026, 31.05.2026 14:30, 20260531, 31 May
2026, RFC 2822, seconds and milliseconds since 1970, also as `/Date(1748649600000)/`."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from webapp.offers.transforms.bad_value import BadValue

Order = Literal["day_first", "month_first"]
YEARS = range(1800, 2200)
LONGEST = 100
NO_DATE = frozenset({"0000-00-00", "0000-00-00 00:00:00", "0001-01-01T00:00:00"})
SLASHED = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|(?<=\.)[0-9]{2})\.?"
    r"(?:[ T,]+([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?(?: ?([ap])\.?m\.?)?)?",
    re.IGNORECASE,
)
DASHED_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9:]+)")
LOOSE = re.compile(
    r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
    r"(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)?"
    r"(?: ?(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"(?:[a-z]{3,9},? )?(?:([0-9]{1,2})(?:st|nd|rd|th)?[ -])?"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[ -]"
    r"(?:([0-9]{1,2})(?:st|nd|rd|th)?,? )?,?([0-9]{4})"
    r"(?:,? ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?: ?([ap])\.?m\.?)?)?"
    r"(?: ?(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?",
    re.IGNORECASE,
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
COMPACT = re.compile(r"([0-9]{8})([0-9]{6})")
# Since 1970: ten digits are seconds, thirteen milliseconds.
EPOCH = re.compile(
    r"(?:/Date\()?(-?[0-9]{10}|-?[0-9]{12,13})(?:\.[0-9]+)?(?:[+-][0-9]{4})?(?:\)/)?"
)
MILLISECONDS = 10**11
# Two digits, only behind dots: 69 is 2069, 70 is 1970.
LAST_CENTURY = 70


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; write it like Europe/Madrid") from None
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]


def date(value: Any, *, zone: ZoneName = "UTC", order: Order = "day_first") -> str | None:
    """A moment as ISO 8601 with offset; `zone` holds where the vendor does not say one.

    :raise BadValue: bad_date
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.0f}"
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadValue("bad_date")
    moment = moment_of(value, zone, order)
    return None if moment is None else moment.isoformat(timespec="seconds")


def day(value: Any, *, zone: ZoneName = "UTC", order: Order = "day_first") -> str | None:
    """A calendar day, YYYY-MM-DD, as the vendor's own clock shows it.

    :raise BadValue: bad_date
    """
    moment = date(value, zone=zone, order=order)
    return moment and moment[:10]


# A feed's offers often carry the very same moment: that of its generation.
@lru_cache(maxsize=4096)
def moment_of(text: str, zone: str, order: Order = "day_first") -> datetime | None:
    """With its offset; None for the words that say there is no date.

    :raise BadValue: bad_date
    """
    text = " ".join(text.split())
    if text in NO_DATE or not text:
        return None
    try:
        moment = _since_1970(text, zone) or _parsed(text, order)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        # The offset is worked out here: some are beyond what a date can hold.
        moment.isoformat()
    except (ValueError, OverflowError):
        raise BadValue("bad_date") from None
    if moment.year not in YEARS:
        raise BadValue("bad_date")
    return moment


def _since_1970(text: str, zone: str) -> datetime | None:
    found = EPOCH.fullmatch(text)
    if found is None:
        return None
    count = int(found[1])
    seconds = count / 1000 if abs(count) >= MILLISECONDS else count
    return datetime.fromtimestamp(seconds, ZoneInfo(zone))


def _parsed(text: str, order: Order) -> datetime:
    """:raise ValueError: no date"""
    dashed = DASHED_TIME.fullmatch(text)
    if dashed:
        text = f"{dashed[1]}T{dashed[2]}"
    compact = COMPACT.fullmatch(text)
    if compact:
        text = f"{compact[1]}T{compact[2]}"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if found := SLASHED.fullmatch(text):
        first, second, year, *time, half = found.groups()
        day_of_month, month = (first, second) if order == "day_first" else (second, first)
        return _built(_whole_year(year), int(month), int(day_of_month), time, half)
    if found := LOOSE.fullmatch(text):
        year, month, day_of_month, *time, offset = found.groups()
        return _at(offset, _built(int(year), int(month), int(day_of_month), time))
    if found := NAMED.fullmatch(text):
        before, name, behind, year, *time, half, offset = found.groups()
        month_number = MONTHS.index(name.casefold()) + 1
        return _at(offset, _built(int(year), month_number, int(before or behind or 0), time, half))
    raise ValueError(text)


def _built(
    year: int,
    month: int,
    day_of_month: int,
    time: Sequence[str | None],
    half: str | None = None,
) -> datetime:
    hours, minutes, seconds = (int(part or 0) for part in time)
    if half is not None:
        if not 1 <= hours <= 12:
            raise ValueError(hours)
        hours = hours % 12 + (12 if half.casefold() == "p" else 0)
    return datetime(year, month, day_of_month, hours, minutes, seconds)


def _at(offset: str | None, moment: datetime) -> datetime:
    if offset is None:
        return moment
    shown = offset if offset[0] in "+-" else "+00:00"
    return datetime.fromisoformat(f"{moment.isoformat()}{shown}")


def _whole_year(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (1900 if int(year) >= LAST_CENTURY else 2000)
