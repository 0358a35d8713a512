"""A vendor's record as a tree for pages: its parts with their values, and how common each is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from webapp.offers.proposals.profile import path_of

DEEPEST = 12
MOST_PARTS = 300
MOST_VALUES = 3
LONGEST_VALUE = 300


@dataclass(frozen=True, slots=True)
class RecordPart:
    key: str
    path: str
    times: int
    """How often the record has it."""
    values: list[str] = field(default_factory=list)
    parts: list["RecordPart"] = field(default_factory=list)
    presence: float | None = None
    """The share of the looked-at records that have it; None where only its parts are counted."""
    distinct: int | None = None


def record_tree(
    record: Mapping[str, Any], profile: Sequence[Mapping[str, Any]]
) -> list[RecordPart]:
    """At most MOST_PARTS parts on each level."""
    known = {at["path"]: at for at in profile}
    return list(_parts([record], (), known))


def _parts(
    owners: Sequence[Mapping[str, Any]], above: tuple[str, ...], known: Mapping[str, Any]
) -> Iterator[RecordPart]:
    keys = dict.fromkeys(key for owner in owners for key in owner)
    for key in islice(keys, MOST_PARTS):
        found = [item for owner in owners if key in owner for item in _items(owner[key])]
        inner = [item for item in found if isinstance(item, Mapping)]
        plain = [str(item) for item in found if not isinstance(item, Mapping) and item is not None]
        path = path_of((*above, key))
        at = known.get(path, {})
        yield RecordPart(
            key,
            path,
            times=len(found),
            values=[value[:LONGEST_VALUE] for value in plain[:MOST_VALUES]],
            parts=list(_parts(inner, (*above, key), known)) if len(above) < DEEPEST else [],
            presence=at.get("presence"),
            distinct=at.get("distinct"),
        )


def _items(value: Any) -> list[Any]:
    """Lists in lists are one list here, as paths don't tell them apart."""
    if not isinstance(value, list):
        return [value]
    return [inner for item in value for inner in _items(item)]
