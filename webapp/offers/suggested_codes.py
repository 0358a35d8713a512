"""What a vendor's word most likely means, for a person to confirm: from the word lists of many
languages that proposals use, and from what is spelled nearly the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from webapp.offers.enumerations import Enumeration
from webapp.offers.iso_codes import country_names, language_names
from webapp.offers.proposals.names import words_of
from webapp.offers.proposals.word_lists import code_of, word_list
from webapp.offers.transforms.currencies import currency_in
from webapp.offers.transforms.words import folded

WHOLE, WITHIN, NEARLY = 0.95, 0.6, 0.55
SAME_ENOUGH = 0.82
SHORTEST = 4
"""Letters of words that are compared with others that are spelled nearly the same."""
LONGEST = 60

LISTS = {
    "type": "types",
    "category": "categories",
    "status": "statuses",
    "condition": "conditions",
    "deals.deal": "deals",
    "deals.period": "periods",
    "features.code": "features",
}
NAMES = {"location.country": country_names, "texts.lang": language_names}


@dataclass(frozen=True, slots=True)
class Suggestion:
    code: str
    confidence: float


def suggested_code(
    enumeration: Enumeration, raw: str, known: Mapping[str, str | None]
) -> Suggestion | None:
    """`known`: the words that the mapping or a person explains in this table, folded."""
    for field in enumeration.fields:
        found = _of_field(field, raw)
        if found is not None and (not enumeration.codes or found.code in enumeration.codes):
            return found
    rows = {word: code for word, code in known.items() if code is not None}
    return _nearly(raw, {**{code.casefold(): code for code in enumeration.codes}, **rows})


def known_codes(enumeration: Enumeration) -> list[str]:
    """What to offer, also where a word may mean anything: features have names of ours."""
    if enumeration.codes:
        return list(enumeration.codes)
    lists = [LISTS[field] for field in enumeration.fields if field in LISTS]
    return sorted({code for name in lists for codes in word_list(name).values() for code in codes})


def _of_field(field: str, raw: str) -> Suggestion | None:
    if (name := LISTS.get(field)) is not None:
        code = code_of(name, raw)
        if code is None:
            return None
        is_whole = code in word_list(name).get("".join(words_of(raw[:200])), ())
        return Suggestion(code, WHOLE if is_whole else WITHIN)
    if field in NAMES:
        return _nearly(raw, NAMES[field]())
    if field == "deals.currency":
        code = currency_in(raw)
        return Suggestion(code, WITHIN) if code else None
    return None


def _nearly(raw: str, known: Mapping[str, str]) -> Suggestion | None:
    word = folded(raw)
    if not SHORTEST <= len(word) <= LONGEST:
        return None
    alike: Iterable[str] = get_close_matches(word, known, n=1, cutoff=SAME_ENOUGH)
    return next((Suggestion(known[found], NEARLY) for found in alike), None)
