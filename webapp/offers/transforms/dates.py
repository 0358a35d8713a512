"""Moments and days: ISO, `2015-05-02-07:00:03`, 31/05/2026, 31.05.2026 14:30, 20260531."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from webapp.offers.transforms.bad_value import BadValue

Order = Literal["day_first", "month_first"]
YEARS = range(1800, 2200)
NO_DATE = frozenset({"0000-00-00", "0000-00-00 00:00:00", "0001-01-01T00:00:00"})
SLASHED = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
    r"(?:[ T,]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
DASHED_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9:]+)")


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
    if not isinstance(value, str):
        raise BadValue("bad_date")
    moment = _moment(value.strip(), zone, order)
    return None if moment is None else moment.isoformat(timespec="seconds")


def day(value: Any, *, zone: ZoneName = "UTC", order: Order = "day_first") -> str | None:
    """A calendar day, YYYY-MM-DD, as the vendor's own clock shows it.

    :raise BadValue: bad_date
    """
    moment = date(value, zone=zone, order=order)
    return moment and moment[:10]


# A feed's offers often carry the very same moment: that of its generation.
@lru_cache(maxsize=4096)
def _moment(text: str, zone: str, order: Order) -> datetime | None:
    if text in NO_DATE or not text:
        return None
    try:
        moment = _parsed(text, order)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        # The offset is worked out here: some are beyond what a date can hold.
        moment.isoformat()
    except (ValueError, OverflowError):
        raise BadValue("bad_date") from None
    if moment.year not in YEARS:
        raise BadValue("bad_date")
    return moment


def _parsed(text: str, order: Order) -> datetime:
    slashed = SLASHED.fullmatch(text)
    if slashed:
        first, second, year, hour, minute, seconds = (int(part or 0) for part in slashed.groups())
        day_of_month, month = (first, second) if order == "day_first" else (second, first)
        return datetime(year, month, day_of_month, hour, minute, seconds)
    if text[4:5] == "/":
        text = text.replace("/", "-")
    dashed = DASHED_TIME.fullmatch(text)
    return datetime.fromisoformat(f"{dashed[1]}T{dashed[2]}" if dashed else text)
