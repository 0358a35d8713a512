"""Areas in square metres, whatever unit the vendor gives them in."""

from typing import Any, NamedTuple

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.numbers import (
    ABOUT,
    FIGURE,
    NOTHING,
    figure_in,
    number,
    whole_or_rounded,
)
from webapp.offers.transforms.units import SQUARE_METRES, unit_of

METRES = "m2"


class Converted(NamedTuple):
    """An area whose unit was another, with what the vendor wrote."""

    metres: int | float
    value: str
    unit: str


def area(value: Any, unit: str = METRES) -> int | float | Converted | None:
    """`unit` holds where the cell itself names none.

    :raise BadValue: bad_number, unknown_unit
    """
    if type(value) is not str:
        amount, written, own = number(value), str(value), ""
    elif value.isdigit() and value.isascii():
        amount, written, own = number(value), value, ""
    elif value in NOTHING or not value.strip(" -–—\n\t\r"):
        return None
    else:
        amount, beside = figure_in(value)
        own = _without_around(beside)
        figure = FIGURE.search(value)
        written = figure[1] if figure else value
    if amount is None:
        return None
    spelled = own or unit
    known = unit_of(spelled)
    if known is None:
        raise BadValue("unknown_unit" if spelled == unit else "bad_number")
    if known == METRES:
        return amount
    return Converted(whole_or_rounded(amount * SQUARE_METRES[known]), written, spelled)


def unit_in(value: Any) -> str | None:
    """The unit of area that stands in a cell, as one of ours: m2, sqft, acre, hectare, are …"""
    if not isinstance(value, str):
        return None
    try:
        beside = figure_in(value)[1]
    except BadValue:
        beside = value
    return unit_of(_without_around(beside))


def _without_around(beside: str) -> str:
    words = beside.split()
    return " ".join(word for word in words if word.strip(".:").casefold() not in ABOUT)
