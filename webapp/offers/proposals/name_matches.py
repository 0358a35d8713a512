"""What the words of a name may mean: all of them, some, or a part of one."""

from collections.abc import Iterator

from webapp.offers.proposals.names import without_neutral
from webapp.offers.proposals.word_lists import (
    SHORTEST_CUT,
    codes_cut_short,
    phrases_within,
    word_list,
)

EXACT, NEARLY, WITHIN, COMPOUND = 1.0, 0.95, 0.42, 0.36
OF_ITS_FAMILY = 0.9
"""`coordinates latitude`, `city name`: the other words only say what kind of thing it is."""
CUT_SHORT = 0.8
MOST_MEANT = 2
"""Beginnings of more fields than these mean none."""
SHORTEST_COMPOUND = 4
LABELS = frozenset(
    [
        *("name", "title", "label", "text", "nombre", "nome", "nom", "naam", "namn", "titel"),
        *("bezeichnung", "libelle", "название", "наименование", "име", "nazwa", "adi", "ονομα"),
    ]
)
FAMILIES = {"location": "location.", "areas": "areas.", "contact": "contact."}
LABELLED = ("location.", "type", "category", "status", "deals.deal", "condition", "deals.currency")


def matches(words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    known = word_list("fields")
    joined = "".join(words)
    if not joined:
        return
    for target in known.get(joined, ()):
        yield target, EXACT
    bare = without_neutral(words)
    for target in known.get("".join(bare), ()):
        yield target, NEARLY
    if not bare:
        return
    yield from _of_its_family(bare)
    if len(bare) > 1 or len(bare[0]) > SHORTEST_CUT:
        meant = codes_cut_short("fields", bare)
        if len(meant) <= MOST_MEANT:
            yield from ((target, CUT_SHORT) for target in meant)
    size = sum(map(len, bare))
    for phrase in phrases_within(words):
        share = min(1.0, len(phrase) / max(size, len(phrase)))
        for target in known.get(phrase, ()):
            yield target, WITHIN + 0.5 * share
    yield from _compounds("".join(bare), size)


def _compounds(joined: str, size: int) -> Iterator[tuple[str, float]]:
    """German and lower-case names write their words together."""
    known = word_list("fields")
    for length in range(size - 1, SHORTEST_COMPOUND - 1, -1):
        for part in (joined[:length], joined[-length:]):
            for target in known.get(part, ()):
                yield target, COMPOUND + 0.5 * length / size


def _of_its_family(bare: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    known = word_list("fields")
    for target in known.get("".join(word for word in bare if word not in LABELS), ()):
        if target.startswith(LABELLED):
            yield target, OF_ITS_FAMILY
    for context, family in FAMILIES.items():
        own = "".join(word for word in bare if context not in word_list("contexts").get(word, ()))
        for target in known.get(own, ()):
            if target.startswith(family):
                yield target, OF_ITS_FAMILY
