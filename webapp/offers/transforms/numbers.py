"""Numbers in every spelling feeds use: 1.250.000, 1,250,000.00, 1 250 000, 250.000,- €, 120 m²."""

import math
import re
import unicodedata
from typing import Any, Literal

from webapp.offers.iso_codes import CURRENCIES, CURRENCY_SPELLINGS
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.request_words import ON_REQUEST

LIMIT = 10**15
# Nothing longer is a number in one cell.
LONGEST = 200
ZEROS = frozenset({0, "0", "0.0", "0.00", "0,0", "0,00"})
# Eight asterisks: what American systems send for a field that a licence hides.
NOTHING = frozenset({"n/a", "N/A", "na", "NA", "null", "NULL", "none", "None", "********"})
# Words that may stand beside the figure in one cell and change nothing about it.
ABOUT = frozenset({"ca", "circa", "approx", "appr", "about", "около", "прибл", "~", "+", "±", "±~"})
BESIDE = (
    ABOUT
    | frozenset({"m2", "m²", "м2", "м²", "sqm", "qm", "mq", "m", "кв", "м", "г", "year"})
    | frozenset(word.casefold() for word in CURRENCIES | CURRENCY_SPELLINGS.keys())
)
GROUPING = r"\s'’‘`´ʼ٬"
FIGURE = re.compile(rf"([-+−]?[0-9](?:[0-9.,{GROUPING}]*[0-9])?)(?:[.,][-–—]+|[.,](?![0-9]))?")
# 1 250 000 is a number, 10 20 is not.
NOT_GROUPED = re.compile(rf"[{GROUPING}](?![0-9]{{3}}(?![0-9]))")
GROUPS = re.compile(rf"[{GROUPING}]")
THOUSANDS = re.compile(r"[-+]?(?!0)[0-9]{1,3}[.,][0-9]{3}")
# The unit's own figure is none of the number's: m2 120, 120 m2.
SQUARED = re.compile(r"(?<![0-9])([mмtт]) ?2(?![0-9])", re.IGNORECASE)
BETWEEN_WORDS = re.compile(r"[\s.:,()]+")
ARABIC_DECIMAL = "٫"

Separator = Literal["auto", ".", ","]


def number(value: Any, *, decimal: Separator = "auto") -> int | float | None:
    """An int when whole, else a float of two decimals; nothing for a dash. `decimal` settles
    what `auto` guesses: a single separator before three digits separates thousands.

    :raise BadValue: bad_number
    """
    if type(value) is str:
        if value.isdigit() and value.isascii() and len(value) <= 15:
            return int(value)
        if value in NOTHING or not value.strip(" -–—\n\t\r"):
            return None
        amount, beside = figure_in(value, decimal)
        if not all(word in BESIDE for word in _words(beside)):
            raise BadValue("bad_number")
        return amount
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValue("bad_number")
    if not math.isfinite(value) or abs(value) >= LIMIT:
        raise BadValue("bad_number")
    return whole_or_rounded(value)


def integer(value: Any) -> int | None:
    """:raise BadValue: bad_number, also for 2.5"""
    whole = number(value)
    if isinstance(whole, float):
        raise BadValue("bad_number")
    return whole


def zero_is_unknown(value: Any) -> Any:
    """For vendors who send 0 where they mean nothing."""
    return None if isinstance(value, int | float | str) and value in ZEROS else value


def on_request(value: Any) -> bool | None:
    """True for the words that stand in a price field instead of a price, else unknown."""
    if isinstance(value, bool):
        return value
    return True if _asks_for_price(value) else None


def price(value: Any, *, decimal: Separator = "auto") -> int | float | None:
    """A number, or nothing (and no complaint) where the field says that it is on request.

    :raise BadValue: bad_number
    """
    return None if _asks_for_price(value) else number(value, decimal=decimal)


def figure_in(text: str, decimal: Separator = "auto") -> tuple[int | float, str]:
    """The one number of a cell, and what stands beside it.

    :raise BadValue: bad_number
    """
    if len(text) > LONGEST:
        raise BadValue("bad_number")
    if not text.isascii():
        text = _western(text)
    text = SQUARED.sub(r"\1²", text)
    found = FIGURE.search(text)
    if found is None or NOT_GROUPED.search(found[1]):
        raise BadValue("bad_number")
    try:
        amount = float(_with_decimal_point(GROUPS.sub("", found[1]), decimal))
    except ValueError:
        raise BadValue("bad_number") from None
    if abs(amount) >= LIMIT:
        raise BadValue("bad_number")
    return whole_or_rounded(amount), f"{text[: found.start()]} {text[found.end() :]}".strip()


def whole_or_rounded(amount: int | float) -> int | float:
    rounded = round(amount, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _asks_for_price(value: Any) -> bool:
    if not isinstance(value, str) or value.isdigit():
        return False
    return " ".join(value.split()).strip(" .!:;").casefold() in ON_REQUEST


def _words(beside: str) -> list[str]:
    return [word for word in BETWEEN_WORDS.split(beside.casefold()) if word]


def _western(text: str) -> str:
    """Arabic, full-width and other digits as 0 to 9."""
    if any(char.isdecimal() and not char.isascii() for char in text):
        text = "".join(
            str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text
        )
    return text.replace(ARABIC_DECIMAL, ".").replace("−", "-").replace("，", ",")


def _with_decimal_point(figure: str, decimal: Separator) -> str:
    if decimal == ".":
        return figure.replace(",", "")
    if decimal == ",":
        return figure.replace(".", "").replace(",", ".")
    dots, commas = figure.count("."), figure.count(",")
    if dots and commas:
        comma_last = figure.rindex(",") > figure.rindex(".")
        return _with_decimal_point(figure, "," if comma_last else ".")
    if dots + commas > 1 or THOUSANDS.fullmatch(figure):
        return figure.replace(".", "").replace(",", "")
    return figure.replace(",", ".")
