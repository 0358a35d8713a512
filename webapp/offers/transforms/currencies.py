"""Currencies as ISO 4217 codes, alone in a cell or beside a figure."""

import re
from typing import Any

from webapp.offers.iso_codes import CURRENCIES, CURRENCY_SPELLINGS
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.words import folded

BETWEEN_WORDS = re.compile(r"[\s0-9.,:;/()'’+-]+")
LONGEST = 200


def currency(value: Any) -> str:
    """RUR is RUB, лв is BGN.

    :raise BadValue: unknown_value
    """
    code = _code_of(folded(value))
    if code is None:
        raise BadValue("unknown_value")
    return code


def currency_in(value: Any) -> str | None:
    """The currency that stands in `6000000 RUB` or `€ 250.000`, where one does."""
    if not isinstance(value, str):
        return None
    codes = map(_code_of, BETWEEN_WORDS.split(value[:LONGEST].casefold()))
    return next(filter(None, codes), None)


def _code_of(word: str) -> str | None:
    code = CURRENCY_SPELLINGS.get(word) or word.upper()
    return code if code in CURRENCIES else None
