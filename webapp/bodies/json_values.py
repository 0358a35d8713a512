"""Decodes one JSON value of a feed into data that everything behind can store; more forgiving than
the standard: vendors' programs print NaN, control characters and halves of letters."""

import re
from json import JSONDecodeError, JSONDecoder
from math import isfinite
from typing import Any

MOST_LEVELS = 100
MOST_PARTS = 500_000
"""Of one value: each takes far more memory than the letters it is written with."""
_LONGEST_INTEGER = 18
_UNSTORABLE = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)|\0")
_SURROGATE_OR_NUL = re.compile("[\0\ud800-\udfff]")

__all__ = [
    "DECODER",
    "MOST_LEVELS",
    "MOST_PARTS",
    "JSONDecodeError",
    "levels_exceed",
    "parts_exceed",
    "storable",
]


def _integer(text: str) -> int | str:
    # Longer ones are ids: no column and no other program would hold them as numbers.
    return int(text) if len(text) <= _LONGEST_INTEGER else text


def _number(text: str) -> float | None:
    number = float(text)
    return number if isfinite(number) else None


def _nothing(word: str) -> None:
    """NaN, Infinity."""


DECODER = JSONDecoder(
    parse_int=_integer, parse_float=_number, parse_constant=_nothing, strict=False
)


def storable(value: Any, text: str) -> Any:
    """The decoded value without what no database takes; `text` is what it was decoded from."""
    return _cleaned(value) if _UNSTORABLE.search(text) else value


def levels_exceed(value: Any, text: str) -> bool:
    """Whether the value is nested deeper than a record may be."""
    return text.count("{") + text.count("[") > MOST_LEVELS and _is_deeper(value, MOST_LEVELS)


def parts_exceed(text: str) -> bool:
    return len(text) > MOST_PARTS and sum(map(text.count, ",[{")) > MOST_PARTS


def _cleaned(value: Any) -> Any:
    if type(value) is str:
        return _SURROGATE_OR_NUL.sub("", value)
    if type(value) is list:
        return [_cleaned(item) for item in value]
    if type(value) is dict:
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return value


def _is_deeper(value: Any, levels: int) -> bool:
    if type(value) is dict:
        value = value.values()
    elif type(value) is not list:
        return False
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in value)
