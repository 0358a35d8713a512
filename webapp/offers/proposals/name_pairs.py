"""Lists whose items name their own value, `{"code": "price", "value": 1}`: known by the names in
them, which are those of an offer's fields."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from webapp.offers.proposals.name_fit import fits_of
from webapp.offers.reading import Pairs

TELLING = 4
"""Fields of ours that the names must mean, unless the members are called name and value."""
TELLING_IF_CALLED_SO = 2
SURE = 0.9
MOST_NAMES = 80
LONGEST_NAME = 60
MOST_MEMBERS = 5
NAME_MEMBERS = frozenset(["key", "name", "metakey", "label", "attribute", "code", "field", "kod"])
VALUE_MEMBERS = frozenset(
    [
        *("value", "metavalue", "text", "content", "data", "val", "valor", "wert", "valeur"),
        *("#text", "valore", "значение", "стойност", "varde", "waarde", "wartosc", "deger"),
    ]
)
LINKS = ("rel", "href")
"""Of Atom, HTML and HAL: what a link is to, and its address."""
NO_FIELDS = ("-", "id", "features", "media.", "texts.lang")


def pair_of(members: Mapping[str, Iterable[str]]) -> tuple[str, str] | None:
    """Which member of the items is the name and which the value, by some values of each."""
    if not 2 <= len(members) <= MOST_MEMBERS:
        return None
    links = [next((own for own in members if _plain(own) == name), "") for name in LINKS]
    if all(links):
        return links[0], links[1]
    told = {member: len(fields_named(names)) for member, names in members.items()}
    name = max(told, key=lambda member: (told[member], member in NAME_MEMBERS))
    others = [member for member in members if member != name]
    called = [member for member in others if _plain(member) in VALUE_MEMBERS]
    value = (called or others)[0]
    if not called and len(others) > 1:
        return None
    enough = TELLING_IF_CALLED_SO if called and _plain(name) in NAME_MEMBERS else TELLING
    return (name, value) if told[name] >= enough else None


def fields_named(names: Iterable[str]) -> frozenset[str]:
    """The fields of ours that the names mean; none when most of them mean nothing."""
    found: set[str] = set()
    looked_at = known = 0
    for name in names:
        looked_at += 1
        if looked_at > MOST_NAMES or len(name) > LONGEST_NAME or not name.strip():
            break
        targets = {target for target, fit in fits_of((name,)).items() if fit >= SURE}
        targets = {target for target in targets if not target.startswith(NO_FIELDS)}
        known += bool(targets)
        found |= targets
    return frozenset(found) if known >= 0.3 * looked_at else frozenset()


def pairs_in(records: Iterable[Mapping[str, Any]]) -> tuple[Pairs, ...]:
    """Of records as their reader gives them: lists of small objects, up to two levels down."""
    lists: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for record in records:
        for path, items in _lists(record, "", 2):
            lists[path] += items
    found = []
    for path, items in lists.items():
        pair = pair_of(_members(items))
        if pair is not None:
            found.append(Pairs(path=path, key=pair[0], value=pair[1]))
    return tuple(found)


def _lists(
    node: Mapping[str, Any], path: str, levels: int
) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    for key, value in node.items():
        if "." in key or key.startswith("#"):
            continue
        here = f"{path}{key}"
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            if len(value) > 1 and all(len(item) <= MOST_MEMBERS for item in value):
                yield here, value
        elif isinstance(value, dict) and levels > 1:
            yield from _lists(value, f"{here}.", levels - 1)


def _members(items: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, None]]:
    """Distinct values in the order they come."""
    members: dict[str, dict[str, None]] = defaultdict(dict)
    for item in items:
        for name, value in item.items():
            if not isinstance(value, dict | list):
                members[name].setdefault(str(value))
            else:
                members.setdefault(name, {})
    return members


def _plain(member: str) -> str:
    return member.lstrip("@").replace("_", "").casefold()
