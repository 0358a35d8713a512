"""Fields that differ at every reading although the offers stay the same, such as the moment of an
export: worth proposing as ignore paths, so that they change nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from webapp.offers.proposals.profile import Keys, path_of

FEWEST_PAIRS = 20
NEARLY_ALL = 0.8
"""The share of the offers whose records differ at a path."""
DEEPEST = 12


def volatile_paths(pairs: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, float]:
    """Paths to the share of the pairs that differ there; each pair is an offer's record of before
    and of now, which made the same offer."""
    differing: Counter[Keys] = Counter()
    count = 0
    for before, now in pairs:
        count += 1
        differing.update(set(_differing(before, now, ())))
    if count < FEWEST_PAIRS:
        return {}
    return {
        path_of(keys): round(times / count, 2)
        for keys, times in differing.most_common()
        if times >= NEARLY_ALL * count
    }


def _differing(before: Any, now: Any, keys: Keys) -> Iterator[Keys]:
    """The places where two records differ, those within lists under the list's own name."""
    if before == now:
        return
    if isinstance(before, dict) and isinstance(now, dict) and len(keys) < DEEPEST:
        for key in {**before, **now}:
            # The text beside attributes is the element's own value.
            deeper = keys if key == "#text" and keys else (*keys, key)
            yield from _differing(before.get(key), now.get(key), deeper)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for one, other in zip(before, now, strict=True):
            yield from _differing(one, other, keys)
    elif keys:
        yield keys
