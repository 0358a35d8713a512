"""What is different between two versions of an offer, field by field, for its history."""

from collections.abc import Mapping, Sequence
from typing import Any

# What tells the items of a list field apart; lists not named here are compared as wholes.
ITEM_NAMES: dict[str, tuple[str, ...]] = {
    "deals": ("deal", "period"),
    "texts": ("lang",),
    "features": ("code", "label"),
    "media": ("url", "archive_path"),
}


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """`{"location.city": [before, after], "texts.en": [None, {…}]}`; equal offers give {}."""
    changes: dict[str, list[Any]] = {}
    for field in _keys(old, new):
        before, after = old.get(field), new.get(field)
        if before == after:
            continue
        if field in ITEM_NAMES:
            before, after = _by_name(before, field), _by_name(after, field)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            for key in _keys(before, after):
                if before.get(key) != after.get(key):
                    changes[f"{field}.{key}"] = [before.get(key), after.get(key)]
        else:
            changes[field] = [before, after]
    return changes


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*old, *new]))


def _by_name(items: Sequence[Mapping[str, Any]] | None, field: str) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for item in items or ():
        name = " ".join(str(item[key]) for key in ITEM_NAMES[field] if item.get(key))
        # A second item of the same name (two sales of one offer) gets a name of its own.
        count = sum(1 for other in named if other.partition(" #")[0] == name)
        named[f"{name} #{count + 1}" if count else name] = item
    return named
