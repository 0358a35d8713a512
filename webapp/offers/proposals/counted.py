"""Cells that say what they count: `4 bed`, `3 rok`."""

import re
from typing import NamedTuple

from webapp.offers.proposals.name_fit import fits_of
from webapp.offers.proposals.profile import PathProfile
from webapp.offers.transforms.currencies import currency_in
from webapp.offers.transforms.units import unit_of

FIGURE_AND_WORD = re.compile(r"([0-9]{1,2}(?:[.,][0-9])?)\s*([^\W\d_]{2,12})\.?")
MOST_WORDS = 3
COUNTS = ("rooms", "bedrooms", "bathrooms", "floor", "floors_total", "parking")
SURE = 0.9


class Counted(NamedTuple):
    numbers: list[float]
    words: frozenset[str]


def counted(at: PathProfile) -> Counted | None:
    """None where most cells are of another kind, or their words are many."""
    found = [match for word in at.seen if (match := FIGURE_AND_WORD.fullmatch(word))]
    words = frozenset(match[2].casefold() for match in found)
    if not found or len(found) < 0.6 * len(at.seen) or len(words) > MOST_WORDS:
        return None
    if any(unit_of(word) or currency_in(word) for word in words):
        return None
    return Counted([float(match[1].replace(",", ".")) for match in found], words)


def field_counted(at: PathProfile) -> str | None:
    """The field of ours that the words behind the figures mean."""
    said = counted(at)
    if said is None:
        return None
    fits = [fits_of((word,)) for word in said.words]
    return next(
        (field for field in COUNTS if all(fit.get(field, 0.0) >= SURE for fit in fits)), None
    )
