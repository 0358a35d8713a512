"""Numbers in every spelling feeds use: 1.250.000, 1,250,000.00, 1 250 000, 250.000,- €, 120 m²."""

import math
import re
from typing import Any, Literal

from webapp.offers.transforms.bad_value import BadValue

LIMIT = 10**15
ZEROS = frozenset({0, "0", "0.0", "0.00", "0,0", "0,00"})
NOTHING = frozenset({"n/a", "N/A", "na", "NA", "null", "NULL", "none", "None"})
# Words that may stand beside the figure in one cell, after lower-casing.
BESIDE = re.compile(
    r"(?:m2|m²|sqm|sq\.? ?m|кв\.? ?м|ca|approx|eur|euros?|usd|gbp|bgn|rub|rur|chf|brl|aed|"
    r"лв|лева|руб(?:лей)?|r\$|[€$£₽₺~+.\s])+"
)
FIGURE = re.compile(r"([-+]?[0-9](?:[0-9.,'’\s]*[0-9])?)(?:[.,][-–]?)?")
# 1 250 000 is a number, 10 20 is not.
NOT_GROUPED = re.compile(r"[\s'’](?![0-9]{3}(?![0-9]))")
THOUSANDS = re.compile(r"[-+]?(?!0)[0-9]{1,3}[.,][0-9]{3}")
ON_REQUEST = re.compile(
    r"poa|x|price on (?:application|request|demand)|on (?:application|request)|upon request|"
    r"auf anfrage|preis auf anfrage|sur demande|prix sur demande|a consultar|consultar|"
    r"precio a consultar|sob consulta|su richiesta|trattativa riservata|op aanvraag|"
    r"при поискване|по договаряне|по запросу|договорная"
)

Separator = Literal["auto", ".", ","]


def number(value: Any, *, decimal: Separator = "auto") -> int | float | None:
    """An int when whole, else a float of two decimals; nothing for a dash. `decimal` settles
    what `auto` guesses: a single separator before three digits separates thousands.

    :raise BadValue: bad_number
    """
    if type(value) is str:
        if value.isdigit() and value.isascii() and len(value) <= 15:
            return int(value)
        return None if value in NOTHING or not value.strip(" -–—") else _number_in(value, decimal)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValue("bad_number")
    if not math.isfinite(value) or abs(value) >= LIMIT:
        raise BadValue("bad_number")
    return _whole_or_rounded(value)


def integer(value: Any) -> int | None:
    """:raise BadValue: bad_number, also for 2.5"""
    whole = number(value)
    if isinstance(whole, float):
        raise BadValue("bad_number")
    return whole


def coordinate(value: Any) -> float:
    """Decimal degrees; the range is the model's business.

    :raise BadValue: bad_coordinates
    """
    try:
        degrees = float(value.strip(" °").replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        raise BadValue("bad_coordinates") from None
    if not math.isfinite(degrees):
        raise BadValue("bad_coordinates")
    return round(degrees, 7)


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


def _asks_for_price(value: Any) -> bool:
    return isinstance(value, str) and bool(ON_REQUEST.fullmatch(value.strip(" .\n").casefold()))


def _number_in(text: str, decimal: Separator) -> int | float:
    found = FIGURE.search(text)
    if found is None or not _only_units_beside(text, found):
        raise BadValue("bad_number")
    figure = found[1]
    if NOT_GROUPED.search(figure):
        raise BadValue("bad_number")
    digits = _with_decimal_point(re.sub(r"[\s'’]", "", figure), decimal)
    try:
        amount = float(digits)
    except ValueError:
        raise BadValue("bad_number") from None
    if abs(amount) >= LIMIT:
        raise BadValue("bad_number")
    return _whole_or_rounded(amount)


def _whole_or_rounded(amount: int | float) -> int | float:
    rounded = round(amount, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _only_units_beside(text: str, found: re.Match[str]) -> bool:
    beside = f"{text[: found.start()]} {text[found.end() :]}".casefold().strip()
    return not beside or BESIDE.fullmatch(beside) is not None


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
