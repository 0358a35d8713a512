"""Where the records of an XML document nobody has described are: one pass over its elements."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from lxml import etree

from webapp.bodies.xml_element import local_name
from webapp.offers.proposals.name_context import GENERIC, context_of
from webapp.offers.proposals.name_fit import fits_of
from webapp.offers.proposals.name_pairs import LONGEST_NAME, MOST_MEMBERS, pair_of
from webapp.offers.proposals.names import words_of
from webapp.offers.proposals.word_lists import word_list
from webapp.offers.reading import Pairs, Reading

Keys = tuple[str, ...]

DEEPEST = 7
MOST_PATHS = 3_000
MOST_ELEMENTS = 400_000
ALIKE, VERY_ALIKE = 0.4, 0.5
"""The share of the members that two kinds of records have in common."""
MANY_MEMBERS = 6
MOST_VALUES = 80
"""Kept of each member of elements that repeat: names, if they are names and values."""


@dataclass(slots=True)
class _Element:
    count: int = 0
    parents: int = 0
    """In how many different parents it stands."""
    leaves: Counter[str] = field(default_factory=Counter)
    inner: Counter[str] = field(default_factory=Counter)
    values: dict[str, dict[str, None]] = field(default_factory=dict)
    """Of its members, where it repeats within its parent."""
    pair: tuple[str, str] | None = None
    """The members that are a name and its value."""

    @property
    def names(self) -> list[str]:
        return list(self.values[self.pair[0]]) if self.pair else []


def xml_readings(path: Path) -> list[Reading]:
    """Best first; several kinds of records in one parent are one reading."""
    elements = _outline(path)
    if ("FMPXMLRESULT", "RESULTSET", "ROW") in elements:
        return [
            Reading(
                container="xml",
                record_paths=("/FMPXMLRESULT/RESULTSET/ROW",),
                columns_at="/FMPXMLRESULT/METADATA/FIELD/@NAME",
                cells="COL.DATA",
            )
        ]
    for element in elements.values():
        if element.count > element.parents:
            element.pair = pair_of(element.values)
    scores = {keys: _score(keys, elements) for keys in elements}
    ranked = sorted((keys for keys in scores if scores[keys] > 0), key=lambda keys: -scores[keys])
    found: list[Reading] = []
    for keys in ranked[:5]:
        if any(_text_of(keys) in reading.record_paths for reading in found):
            continue
        kinds = [keys] + [
            other for other in elements if _is_of_a_kind(keys, other, elements, scores)
        ]
        kinds.sort(key=list(elements).index)
        pairs = tuple(_pairs(elements, keys))
        paths = tuple(map(_text_of, kinds))
        found.append(Reading(container="xml", record_paths=paths, pairs=pairs))
    return found


def _outline(path: Path) -> dict[Keys, _Element]:
    elements: dict[Keys, _Element] = defaultdict(_Element)
    names: list[str] = []
    seen_in_parent: list[set[str]] = [set()]
    members: list[dict[str, str]] = [{}]
    count = 0
    try:
        for event, element in etree.iterparse(
            path, events=("start", "end"), recover=True, resolve_entities=False, no_network=True
        ):
            if type(element.tag) is not str:
                continue
            if event == "start":
                names.append(local_name(element.tag))
                keys = tuple(names)
                if len(names) <= DEEPEST and (keys in elements or len(elements) < MOST_PATHS):
                    at = elements[keys]
                    at.count += 1
                    if names[-1] not in seen_in_parent[-1]:
                        at.parents += 1
                        seen_in_parent[-1].add(names[-1])
                seen_in_parent.append(set())
                members.append({})
                continue
            keys = tuple(names)
            if keys in elements and len(names) > 1 and keys[:-1] in elements:
                parent = elements[keys[:-1]]
                kind = parent.inner if len(element) else parent.leaves
                kind[names[-1]] += 1
                elements[keys].leaves.update("@" + local_name(name) for name, _ in element.items())
                text = (element.text or "").strip()[: LONGEST_NAME + 1]
                members[-2].setdefault(names[-1], text)
                if elements[keys].count > elements[keys].parents:
                    _keep_values(elements[keys].values, element, members[-1], text)
            names.pop()
            seen_in_parent.pop()
            members.pop()
            element.clear()
            count += 1
            if count > MOST_ELEMENTS:
                break
    except etree.XMLSyntaxError:
        # The readers say what is wrong; here the outline so far must do.
        pass
    return dict(elements)


def _score(keys: Keys, elements: dict[Keys, _Element]) -> float:
    """Records repeat, have many different leaves, among them some that only offers have."""
    element = elements[keys]
    within = [elements[inner] for name in element.inner if (inner := (*keys, name)) in elements]
    deeper = {leaf for inner in within if inner.parents == inner.count for leaf in inner.leaves}
    paired = {name for _, inner in _within(elements, keys) for name in inner.names}
    fields = len(element.leaves) + len(element.inner) + len(deeper) // 2 + len(paired)
    if fields < 3:
        return 0.0
    if len(keys) > 2 and _own_context(keys) in ("contact", "media", "features", "nearby"):
        return 0.0
    leaves = {*element.leaves, *element.inner, *deeper, *paired}
    named = {target for leaf in leaves for target, fit in fits_of((leaf,)).items() if fit > 0.9}
    prices = any(target.startswith("deals.amount") for target in named)
    places = any(target.startswith("location.") for target in named)
    score = min(fields, 40) / 10 + len(named) / 3 + 2 * prices + places
    if any(word in word_list("records") for word in words_of(keys[-1])):
        score += 2
    if element.count == 1:
        score *= 0.5
    # Details within records are many in many parents; records are many in one.
    if element.parents > 1 and element.parents > 0.5 * element.count:
        score *= 0.4
    if len(keys) == 2 and _own_context(keys) == "contact":
        # The agency, with all of its offers in it.
        score *= 0.4
    if _holds_kinds(within):
        score *= 0.4
    if _is_a_part(keys, elements):
        score *= 0.3
    return score - 0.1 * len(keys) if score > 1 else 0.0


def _own_context(keys: Keys) -> str | None:
    """What the element is about; offers may well stand in their agency's."""
    own = context_of((keys[-1], "x"))
    is_general = "".join(words_of(keys[-1])) in GENERIC
    return context_of((*keys[1:], "x")) if own is None and is_general else own


def _holds_kinds(within: list[_Element]) -> bool:
    """Elements of several names with much in common: the records, by their kinds."""
    large = [inner for inner in within if len(inner.leaves) + len(inner.inner) >= MANY_MEMBERS]
    return any(_are_alike(one, other, VERY_ALIKE) for one, other in combinations(large, 2))


def _is_a_part(keys: Keys, elements: dict[Keys, _Element]) -> bool:
    """Once in each of its parents, beside several others of other kinds: `geo` beside `preise`."""
    element, parent = elements[keys], elements.get(keys[:-1])
    if parent is None or element.count > parent.count or len(keys) < 3:
        return False
    beside = [elements[(*keys[:-1], name)] for name in parent.inner if name != keys[-1]]
    return sum(bool(other.leaves) and not _are_alike(element, other) for other in beside) >= 3


def _are_alike(one: _Element, other: _Element, share: float = ALIKE) -> bool:
    ours, theirs = set(one.leaves) | set(one.inner), set(other.leaves) | set(other.inner)
    return len(ours & theirs) >= share * min(len(ours), len(theirs)) and len(ours & theirs) >= 3


def _is_of_a_kind(
    one: Keys, other: Keys, elements: dict[Keys, _Element], scores: dict[Keys, float]
) -> bool:
    """In one parent, or in sections of their own: `sales/offer` and `rents/offer`."""
    if one == other or len(one) != len(other):
        return False
    if one[:-1] == other[:-1]:
        return scores[other] > 0 and _are_alike(elements[one], elements[other])
    in_sections = len(one) > 2 and one[:-2] == other[:-2]
    share = ALIKE if one[-1] == other[-1] else VERY_ALIKE
    return in_sections and _are_alike(elements[one], elements[other], share)


def _keep_values(
    values: dict[str, dict[str, None]], element: Any, children: dict[str, str], text: str
) -> None:
    attributes = {"@" + local_name(name): value for name, value in element.items()}
    own = {"#text": text} if text else {}
    for name, value in [*attributes.items(), *children.items(), *own.items()]:
        if len(values) > MOST_MEMBERS and name not in values:
            break
        kept = values.setdefault(name, {})
        if len(kept) < MOST_VALUES:
            kept.setdefault(value[: LONGEST_NAME + 1])


def _pairs(elements: dict[Keys, _Element], record: Keys) -> list[Pairs]:
    return [
        Pairs(path=".".join(keys[len(record) :]), key=element.pair[0], value=element.pair[1])
        for keys, element in _within(elements, record)
        if element.pair is not None
    ]


def _within(elements: dict[Keys, _Element], record: Keys) -> list[tuple[Keys, _Element]]:
    """The elements in a record and in its children."""
    return [
        (keys, element)
        for keys, element in elements.items()
        if len(record) < len(keys) <= len(record) + 2 and keys[: len(record)] == record
    ]


def _text_of(keys: Keys) -> str:
    return "/" + "/".join(keys)
