"""Which state of an offer a record is, by the vendor's own word: a number that rises, or a time."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from webapp.offers.paths import JMESPathError, value_at
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.dates import COMPACT, LONGEST, moment_of

VersionOf = Callable[[Any, int], int | None]
"""Of a record, and the microseconds since 1970 at which it came; None: it says none."""

_MICROSECONDS = {10: 1_000_000, 12: 1_000, 13: 1_000, 16: 1}
"""In one unit of a time since 1970, by its digits."""
_NUMBER = re.compile(r"(\d{1,19})(\.\d{1,9})?")
_LARGEST = 2**63 - 1
_FUTURE = 5 * 60 * 1_000_000
_YEAR = 366 * 86_400 * 1_000_000
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def compiled_version(path: str, zone: str) -> VersionOf:
    """`zone`: of times that say none."""
    value = value_at(path)

    def version_of(record: Any, arrival: int) -> int | None:
        try:
            found = value(record)
        except JMESPathError:
            return None
        return None if found is None else version_in(found, arrival, zone)

    return version_of


def version_in(value: Any, arrival: int, zone: str = "UTC") -> int | None:
    """A time in microseconds since 1970, any other number as it is. A clock that is more than five
    minutes ahead can't be trusted: the arrival counts then."""
    if type(value) not in (str, int, float):
        return None
    text = (f"{value:.6f}" if type(value) is float else str(value)).strip()
    if found := _NUMBER.fullmatch(text):
        number = int(found[1])
        unit = _MICROSECONDS.get(len(found[1]))
        if unit is not None:
            time = number * unit + int(float(found[2] or 0) * unit)
            # Further ahead no clock is wrong: it is a number that counts something.
            if time < arrival + _YEAR:
                return _not_ahead(time, arrival)
        if not COMPACT.fullmatch(text):
            return number if number <= _LARGEST else None
    if len(text) > LONGEST:
        return None
    try:
        moment = moment_of(text, zone)
    except BadValue:
        return None
    if moment is None:
        return None
    return _not_ahead((moment - _BEGINNING) // timedelta(microseconds=1), arrival)


def _not_ahead(time: int, arrival: int) -> int:
    return arrival if time > arrival + _FUTURE else time
