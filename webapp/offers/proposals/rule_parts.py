"""The pieces that proposed rules are made of: plain data, as a mapping document holds it."""

from typing import Any

from webapp.offers.proposals.choice import Candidate, Choice
from webapp.offers.proposals.counted import counted
from webapp.offers.proposals.names import UNITS, words_of
from webapp.offers.proposals.profile import PathProfile
from webapp.offers.proposals.word_lists import code_of
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.numbers import number
from webapp.offers.transforms.units import unit_of

Json = dict[str, Any]
ZERO_IS_UNKNOWN: Json = {"name": "zero_is_unknown"}
ZEROS = ("0", "0.0", "0.00", "0,00", "-")
YES = (
    "1",
    "true",
    "yes",
    "y",
    "x",
    "да",
    "есть",
    "si",
    "sí",
    "oui",
    "ja",
    "sim",
    "sì",
    "tak",
    "есть",
)
MOST_WORDS = 200
# With a sign or an exponent it is refused as a price, rather than taken for another one.
FIGURE = "(?:^\\s*[-−])?[0-9][0-9.,'’ \u00a0\u202f]*(?:[eE][+-]?[0-9]+)?"


def rule(candidate: Candidate, *transforms: Json, **more: Any) -> Json:
    made: Json = {"path": candidate.path, "confidence": _limited(candidate.confidence), **more}
    if transforms:
        made["transforms"] = list(transforms)
    return made


def constant(value: str | bool, confidence: float) -> Json:
    return {"constant": value, "confidence": _limited(confidence)}


def coded(candidate: Candidate, table: str, **more: Any) -> Json:
    return rule(candidate, values=table, **more)


def table_of(words: str, at: PathProfile, own: frozenset[str] | None = None) -> dict[str, str]:
    """The vendor's words that the list knows, with our codes."""
    table: dict[str, str] = {}
    for word in list(at.seen)[:MOST_WORDS]:
        code = code_of(words, word)
        if code is not None and (own is None or code in own):
            table[word] = code
    return table


def unit_beside(choice: Choice, at: PathProfile) -> PathProfile | None:
    """A leaf that says the unit of the value: an attribute of it, or beside it."""
    units = [other for other in choice.profile.paths.values() if _are_units(other)]
    own = [other for other in units if other.keys[:-1] == at.keys]
    beside = [other for other in units if other.keys[:-1] == at.keys[:-1]]
    words = set(words_of(at.key))
    alike = [other for other in beside if words & set(words_of(other.key))]
    return next(iter((*own, *alike, *beside)), None)


def _are_units(at: PathProfile) -> bool:
    return 0 < at.distinct < 10 and all(unit_of(word) is not None for word in at.seen)


def unit_in_name(candidate: Candidate) -> str | None:
    unit = candidate.name.unit or next(
        (UNITS[word] for word in candidate.name.words if word in UNITS), None
    )
    return None if unit == "m2" else unit


def figure_first(at: PathProfile) -> tuple[Json, ...]:
    """Picks the figure out of cells such as `245 000 € FAI`."""
    if any(map(_holds_more, at.seen)):
        return ({"name": "extract", "params": {"pattern": FIGURE}},)
    return ()


def counted_figure(at: PathProfile) -> tuple[Json, ...]:
    """Picks 3 out of `3 rooms`."""
    if counted(at) is None:
        return ()
    return ({"name": "extract", "params": {"pattern": "[0-9]+(?:[.,][0-9])?"}},)


def _holds_more(word: str) -> bool:
    """A figure, and words that are no part of a number."""
    if not any(map(str.isdigit, word)):
        return False
    try:
        number(word)
    except BadValue:
        return True
    return False


def _limited(confidence: float) -> float:
    return round(max(0.0, min(1.0, confidence)), 2)
