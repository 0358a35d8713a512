"""Words with a fixed meaning: yes and no, currencies, and whatever a value map translates."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from webapp.offers.iso_codes import CURRENCIES, CURRENCY_SPELLINGS, LANGUAGES
from webapp.offers.transforms.bad_value import BadValue

YES = frozenset(
    {
        "1",
        "true",
        "yes",
        "y",
        "t",
        "on",
        "x",
        "да",
        "есть",
        "истина",
        "sí",
        "si",
        "s",
        "oui",
        "o",
        "ja",
        "j",
        "sim",
        "sì",
        "tak",
        "ano",
    }
)
NO = frozenset(
    {
        "0",
        "false",
        "no",
        "n",
        "f",
        "off",
        "none",
        "-",
        "не",
        "нет",
        "нету",
        "ложь",
        "non",
        "nein",
        "nee",
        "não",
        "nao",
        "nie",
        "ne",
    }
)


def folded(value: Any) -> str:
    """The form in which words are compared; empty for what is no word."""
    if type(value) is str:
        return " ".join(value.split()).casefold()
    return one_line(value).casefold()


def one_line(value: Any) -> str:
    """The words as they are, with single spaces; empty for what is no word."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.0f}" if value.is_integer() else f"{value:g}"
    return ""


def boolean(value: Any) -> bool:
    """:raise BadValue: bad_boolean"""
    if isinstance(value, bool):
        return value
    word = folded(value)
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValue("bad_boolean")


def currency(value: Any) -> str:
    """ISO 4217; RUR is RUB, лв is BGN.

    :raise BadValue: unknown_value
    """
    word = folded(value)
    code = CURRENCY_SPELLINGS.get(word) or word.upper()
    if code not in CURRENCIES:
        raise BadValue("unknown_value")
    return code


def lookup(
    table: Mapping[str, str | None], codes: Collection[str], *, complain: bool
) -> Callable[[Any], str | None]:
    """A closure from a vendor's word to ours. A word that is one of `codes` already needs no row;
    a row that says nothing (None) leaves the value out without a problem."""
    known: dict[str, str | None] = {code.casefold(): code for code in codes}
    known |= {folded(word): code for word, code in table.items()}

    def translated(value: Any) -> str | None:
        word = folded(value)
        if word in known:
            return known[word]
        if word and complain:
            raise BadValue("unknown_value")
        return None

    return translated


def language_lookup(table: Mapping[str, str | None]) -> Callable[[Any], str]:
    """A closure from a vendor's language to a BCP 47 tag, `pt_br` to pt-BR too.

    :raise BadValue: unknown_language, by the closure
    """
    known = lookup(table, LANGUAGES, complain=False)

    def tag(value: Any) -> str:
        language = known(value)
        if language:
            return language
        main, _, region = folded(value).replace("_", "-").partition("-")
        if main in LANGUAGES and len(region) == 2 and region.isalpha() and region.isascii():
            return f"{main}-{region.upper()}"
        raise BadValue("unknown_language")

    return tag
