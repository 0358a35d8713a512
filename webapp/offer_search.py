"""What `offers.search` holds and how it is asked: words and facets of an offer in one GIN index.

Applying an offer writes the vector; the offers page asks it. Facets (type, deal, order of price)
stand in it as lexemes such as `type=villa`, so that a rare combination among a million offers is
found by the same index as a word, and no further index slows the import down. Both sides are
literals to be cast to tsvector and tsquery: PostgreSQL's own parser reads references such as
VL-1023 as a negative number.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Any

from webapp.offers.summary import Summary

_WORD = re.compile(r"[^\W_]+")
# A word longer than this is cut, on both sides; PostgreSQL refuses lexemes over 2046 bytes.
_LONGEST_WORD = 60
_MOST_WORDS = 300
# Prices of more digits share one facet.
_PRICE_DIGITS = 9
_PRICE_OVER = "price=over"


def search_vector(offer: dict[str, Any], summary: Summary) -> str:
    """`offer` is canonical; `summary` is what the columns beside the vector hold."""
    facets = [f"type={summary.type}"]
    if summary.deal is not None:
        facets.append(f"deal={summary.deal}")
    if summary.price is not None:
        facets.append(_price_facet(summary.price))
    return "'" + "' '".join([*_offer_words(offer, summary), *facets]) + "'"


def search_query(
    words: str = "",
    *,
    type: str | None = None,
    deal: str | None = None,
    price_from: Decimal | None = None,
    price_to: Decimal | None = None,
) -> str:
    """Matches offers with all of the words (the last one may go on) and all facets; "" is no query.

    Price facets are coarse (the first digit and the number of digits): compare the price as well.
    """
    typed = _words(words)
    terms = [f"'{word}'" for word in typed[:-1]] + [f"'{word}':*" for word in typed[-1:]]
    if type is not None:
        terms.append(_quoted(f"type={type}"))
    if deal is not None:
        terms.append(_quoted(f"deal={deal}"))
    if prices := _price_terms(price_from, price_to):
        terms.append(f"({' | '.join(prices)})")
    return " & ".join(terms)


def _offer_words(offer: dict[str, Any], summary: Summary) -> list[str]:
    place = offer.get("location") or {}
    written = [
        offer.get("external_id"),
        offer.get("reference"),
        *(offer.get("alternate_ids") or ()),
        summary.title,
        *(text.get("title") for text in offer.get("texts") or ()),
        *(place.get(part) for part in ("city", "district", "region", "street", "postcode")),
    ]
    return _words(" ".join(str(value) for value in written if value))


def _words(text: str) -> list[str]:
    """Its words once each: small letters, without accents."""
    found: list[str] = []
    for written in text.split():
        found += _words_in(written)
    return list(dict.fromkeys(found))[:_MOST_WORDS]


# Offers share most of their words, and looking one up takes a tenth of working it out.
@lru_cache(maxsize=32_768)
def _words_in(written: str) -> tuple[str, ...]:
    split = unicodedata.normalize("NFKD", written)
    plain = "".join(letter for letter in split if not unicodedata.combining(letter))
    return tuple(word[:_LONGEST_WORD] for word in _WORD.findall(plain.casefold()))


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _price_facet(price: Decimal) -> str:
    digits = str(int(max(price, Decimal(0))))
    return f"price={len(digits)}{digits[0]}" if len(digits) <= _PRICE_DIGITS else _PRICE_OVER


def _price_terms(low: Decimal | None, high: Decimal | None) -> list[str]:
    """Query terms that every price from `low` to `high` fulfils, and few others."""
    if low is None and high is None:
        return []
    terms = [f"'{_PRICE_OVER}'"] if high is None or high >= 10**_PRICE_DIGITS else []
    for digits in range(1, _PRICE_DIGITS + 1):
        unit = 10 ** (digits - 1)
        firsts = [
            first
            for first in range(0 if digits == 1 else 1, 10)
            if (low is None or (first + 1) * unit > low) and (high is None or first * unit <= high)
        ]
        if len(firsts) >= 9:
            terms.append(f"'price={digits}':*")
        else:
            terms.extend(f"'price={digits}{first}'" for first in firsts)
    return terms
