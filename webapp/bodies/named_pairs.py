"""Members that name their own value become what they name: `postmeta.price` instead of a list of
`meta_key` and `meta_value`."""

from collections.abc import Sequence
from typing import Any

from webapp.bodies.record import Record
from webapp.offers.paths import value_at
from webapp.offers.reading import Pairs


def name_pairs(record: Record, all_pairs: Sequence[Pairs]) -> Record:
    """Changes the record, and returns it."""
    for pairs in all_pairs:
        _name(record, pairs)
    return record


def _name(record: Record, pairs: Pairs) -> None:
    *names, last = pairs.path.split(".")
    parent: Any = record
    for name in names:
        parent = parent.get(name) if isinstance(parent, dict) else None
    if not isinstance(parent, dict) or last not in parent:
        return
    named: Record = {}
    for pair in listed(parent[last]):
        key = value_at(pairs.key)(pair)
        # A value that has children of its own stays whole.
        value = pair.get(pairs.value) if isinstance(pair, dict) else None
        value = value_at(pairs.value)(pair) if value is None else value
        if not isinstance(key, str) or value in (None, ""):
            continue
        named[key] = [*listed(named[key]), value] if key in named else value
    parent[last] = named


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
