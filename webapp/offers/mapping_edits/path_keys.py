"""The names that a plain path walks through, what repeats on its way, and what a cell separates."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from webapp.offers.mapping_edits.editing import EditRefused
from webapp.offers.paths import SELF, JMESPathError, is_plain, values_at
from webapp.offers.proposals.profile import Keys, path_of
from webapp.offers.proposals.values import parts_of

QUOTED = re.compile(r'"((?:[^"\\]|\\.)+)"')
SEPARATORS = (";", "|", ",", "\n")
MOST_RECORDS = 50
# Of the cells, how many must hold a sign for it to separate.
SEPARATED_SHARE = 0.3

Records = Sequence[Mapping[str, Any]]


def keys_of(path: str) -> Keys | None:
    """None for a path that does more than walk."""
    if path == SELF:
        return ()
    if is_plain(path):
        return tuple(path.split("."))
    quoted = QUOTED.findall(path)
    if quoted and ".".join(f'"{key}"' for key in quoted) == path:
        return tuple(re.sub(r"\\(.)", r"\1", key) for key in quoted)
    return None


def repeated_part(keys: Keys, records: Records) -> Keys:
    """The part that leads to the innermost list; empty where no record has several of it."""
    deepest = 0
    for record in records[:MOST_RECORDS]:
        nodes: list[Any] = [record]
        for depth, key in enumerate(keys, start=1):
            found = [node[key] for node in nodes if isinstance(node, Mapping) and key in node]
            if any(isinstance(at, list) for at in found):
                deepest = max(deepest, depth)
            nodes = [item for at in found for item in (at if isinstance(at, list) else [at])]
    return keys[:deepest]


def path_within(keys: Keys, part: Keys) -> str | None:
    """From an element of the part on; None where the keys lead past it."""
    if keys[: len(part)] != part:
        return None
    return path_of(keys[len(part) :]) if len(keys) > len(part) else SELF


def words_at(path: str, records: Records) -> list[str]:
    """:raise EditRefused: the path cannot be read"""
    try:
        find = values_at(path)
        return [str(value) for record in records[:MOST_RECORDS] for value in find(record)]
    except (ValueError, JMESPathError) as error:
        raise EditRefused("%(reason)s", reason=error) from None


def separator_of_addresses(cells: Iterable[str]) -> str | None:
    counts = Counter(parts_of(cell)[0] for cell in cells)
    counts.pop("", None)
    return counts.most_common(1)[0][0] if counts else None


def separator_of_words(cells: Sequence[str]) -> str | None:
    counts = Counter({sign: sum(sign in cell for cell in cells) for sign in SEPARATORS})
    sign, times = counts.most_common(1)[0]
    return sign if times > SEPARATED_SHARE * max(1, len(cells)) else None
