"""What the words of a name may mean: all of them, some, or a part of one."""

from collections.abc import Iterator

from webapp.offers.proposals.names import without_neutral
from webapp.offers.proposals.word_lists import phrases_within, word_list

EXACT, NEARLY, WITHIN, COMPOUND = 1.0, 0.95, 0.42, 0.36
SHORTEST_COMPOUND = 4


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
