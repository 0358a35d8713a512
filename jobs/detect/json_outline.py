"""Where the records of a JSON document nobody has described are: its lists of objects."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobs.detect.json_thinned import thinned_json
from webapp.offers.paths import values_at
from webapp.offers.proposals.name_context import context_of
from webapp.offers.proposals.name_fit import fits_of
from webapp.offers.proposals.name_pairs import pairs_in
from webapp.offers.reading import Reading

SAMPLE = 30
DEEPEST = 6


def json_readings(path: Path) -> list[Reading]:
    """Best first."""
    document = thinned_json(path)
    scored = sorted(_lists(document, "", ()), key=lambda found: -found[0])
    return [_reading(record_path) for score, record_path in scored if score > 0]


def _lists(node: Any, path: str, keys: tuple[str, ...]) -> Iterator[tuple[float, str]]:
    if len(keys) > DEEPEST:
        return
    if isinstance(node, list):
        objects = [item for item in node if isinstance(item, dict)]
        if objects:
            here = f"{path}[]"
            yield _score(objects, keys, in_list="[]" in path), here
            inner: set[str] = set()
            for item in objects[:SAMPLE]:
                for score, found in _members(item, here, keys):
                    if found not in inner:
                        inner.add(found)
                        yield score, found
    elif isinstance(node, dict):
        values = list(node.values())
        if len(values) > 2 and all(isinstance(value, dict) for value in values) and _are_ids(node):
            yield _score(values, keys, in_list=False), f"{path}{{}}"
        yield from _members(node, path, keys)
        if not path:
            yield 0.3 * _score([node], keys, in_list=False), "[]"


def _members(item: dict[str, Any], path: str, keys: tuple[str, ...]) -> Iterator[tuple[float, str]]:
    for name, value in item.items():
        if isinstance(value, dict | list) and name.isidentifier():
            yield from _lists(value, f"{path}.{name}" if path else name, (*keys, name))


def _are_ids(node: dict[str, Any]) -> bool:
    return sum(any(map(str.isdigit, name)) for name in node) > 0.8 * len(node)


def _score(objects: list[Any], keys: tuple[str, ...], *, in_list: bool) -> float:
    names = {name for item in objects[:SAMPLE] for name in item}
    inner = {
        inside
        for item in objects[:SAMPLE]
        for value in item.values()
        if isinstance(value, dict)
        for inside in value
    }
    names |= _paired_names(objects)
    if context_of((*keys, "x")) in ("contact", "media", "features", "nearby") or len(names) < 3:
        return 0.0
    fitting = {
        target for name in names | inner for target, fit in fits_of((name,)).items() if fit > 0.9
    }
    prices = any(target.startswith("deals.amount") for target in fitting)
    places = any(target.startswith("location.") for target in fitting)
    score = min(len(names), 40) / 10 + len(fitting) / 3 + 2 * prices + places
    if len(objects) == 1:
        score *= 0.7
    return score * (0.8 if in_list and not prices else 1.0)


def _paired_names(objects: list[Any]) -> set[str]:
    samples = objects[:SAMPLE]
    names: set[str] = set()
    for pairs in pairs_in(samples):
        items = [item for sample in samples for item in values_at(pairs.path)(sample)]
        names |= {str(item.get(pairs.key)) for item in items if isinstance(item, dict)}
    return names


def _reading(record_path: str) -> Reading:
    return Reading(container="json", record_paths=(record_path,))
