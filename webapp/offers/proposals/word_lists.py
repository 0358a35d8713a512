"""The words of many languages that stand for a field of ours, or for one of its values; data files
in words/, looked up without regard to language, case and accents."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType

from webapp.offers.proposals.names import name_of, without_neutral, words_of

LONGEST_PHRASE = 6
SHORTEST_CUT = 3
FEWEST_CUT = 2
"""Letters; one is a plural's."""
OF_AREAS = " m2"
"""After the words that say which area it is, in a name that has a unit."""


@cache
def word_list(name: str) -> MappingProxyType[str, tuple[str, ...]]:
    """Phrase, cut into words and joined, to the codes that it may stand for."""
    path = resources.files(__package__).joinpath("words", f"{name}.json")
    found: dict[str, tuple[str, ...]] = {}
    for code, phrases in json.loads(path.read_bytes()).items():
        for phrase in [*phrases, code]:
            joined = "".join(words_of(phrase))
            _add(found, joined, code)
            if code.startswith("areas.") and len(words := name_of(phrase).words) < 3:
                _add(found, "".join(words) + OF_AREAS, code)
    return MappingProxyType(found)


@cache
def _by_beginning(name: str) -> MappingProxyType[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """The first letters of the first word to the phrases, cut into words, with their codes."""
    path = resources.files(__package__).joinpath("words", f"{name}.json")
    found: dict[str, dict[tuple[tuple[str, ...], str], None]] = {}
    for code, phrases in json.loads(path.read_bytes()).items():
        for phrase in phrases:
            words = without_neutral(words_of(phrase))
            if words:
                found.setdefault(words[0][:SHORTEST_CUT], {})[words, code] = None
    return MappingProxyType({letters: tuple(entries) for letters, entries in found.items()})


def codes_cut_short(name: str, words: Sequence[str]) -> frozenset[str]:
    """The codes of phrases whose words begin as these do: `annee constr`, `ult modif`."""
    if not words or min(map(len, words)) < SHORTEST_CUT:
        return frozenset()
    return frozenset(
        code
        for phrase, code in _by_beginning(name).get(words[0][:SHORTEST_CUT], ())
        if len(phrase) == len(words)
        and sum(map(len, phrase)) >= sum(map(len, words)) + FEWEST_CUT
        and all(whole.startswith(cut) for whole, cut in zip(phrase, words, strict=True))
    )


def _add(found: dict[str, tuple[str, ...]], joined: str, code: str) -> None:
    codes = found.get(joined, ())
    if joined and code not in codes:
        found[joined] = (*codes, code)


def code_of(name: str, value: object) -> str | None:
    """Our code for a vendor's word: of all of it, or of the longest phrase within it."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    known = word_list(name)
    words = words_of(text[:200])
    if whole := known.get("".join(words)):
        return whole[0]
    if len(words) > 8:
        return None
    for phrase in phrases_within(words):
        if len(phrase) > 2 and (codes := known.get(phrase)):
            return codes[0]
    return None


def phrases_within(words: Sequence[str]) -> Iterator[str]:
    """Longest first; of equal ones the first."""
    for length in range(min(len(words), LONGEST_PHRASE), 0, -1):
        for start in range(len(words) - length + 1):
            yield "".join(words[start : start + length])
