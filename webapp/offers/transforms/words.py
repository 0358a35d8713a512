"""Words with a fixed meaning: yes and no, and whatever a value map translates."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from webapp.offers.iso_codes import LANGUAGES, language_names
from webapp.offers.transforms.bad_value import BadValue

NO_OTHERS: Mapping[str, str] = {}


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


YES = _words(
    """
    1 true yes y t on x + v ok wahr vrai vero verdadero verdadeiro
    да есть истина има так sí si s oui o ja j sim sì tak ano áno igen da ναι evet var نعم kyllä
    jah jā taip כן 是 有 private privat privado privada privato privata communal community
    comunitario comunitaria comunal shared available vorhanden incluido incluida included
    """
)
NO = _words(
    """
    0 false no n f off none - – falsch faux falso
    не нет нету ложь няма ні нема non nein nee não nao nie ne nem nu όχι hayır yok لا ei nej nei
    nē לא 否 无 没有
    """
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


def lookup(
    table: Mapping[str, str | None],
    codes: Collection[str],
    others: Mapping[str, str] = NO_OTHERS,
    *,
    complain: bool,
) -> Callable[[Any], str | None]:
    """A closure from a vendor's word to ours. A word that is one of `codes` already needs no row,
    and `others` (folded) are asked last; a row that says nothing (None) leaves the value out
    without a problem."""
    known: dict[str, str | None] = {code.casefold(): code for code in codes}
    known |= {folded(word): code for word, code in table.items()}

    def translated(value: Any) -> str | None:
        word = folded(value)
        if word in known:
            return known[word]
        if word in others:
            return others[word]
        if complain and word.strip("*"):
            raise BadValue("unknown_value")
        return None

    return translated


def language_lookup(table: Mapping[str, str | None]) -> Callable[[Any], str]:
    """A closure from a vendor's language to a BCP 47 tag, `pt_br` to pt-BR too.

    :raise BadValue: unknown_language, by the closure
    """
    known = lookup(table, LANGUAGES, language_names(), complain=False)

    def tag(value: Any) -> str:
        language = known(value)
        if language:
            return language
        main, _, behind = folded(value).replace("_", "-").partition("-")
        language = known(main)
        if language and behind.isalpha() and behind.isascii():
            if len(behind) == 2:
                return f"{language}-{behind.upper()}"
            if len(behind) == 4:
                return f"{language}-{behind.title()}"
        raise BadValue("unknown_language")

    return tag
