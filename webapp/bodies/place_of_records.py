"""Where in a body the records are, when nobody says it: where most of the names stand that the
source's mapping looks for; without a mapping, the outermost list of objects, else all of it."""

from collections.abc import Collection, Iterable
from typing import Any

from webapp.bodies.json_path import EACH_ITEM
from webapp.bodies.xml_element import attributes_of, local_name

Steps = tuple[str, ...]

MOST_LEVELS = 5
# Of a list or an element's children, and of all places on one level.
_SAMPLES = 3
_MOST_PLACES = 200
# What senders call the thing in an envelope, whose own id and type look like a short record's.
_WRAPPED = frozenset(("data", "object", "payload", "record", "body", "content", "result"))


def place_in_json(content: Any, names: Collection[str]) -> Steps:
    """Steps of a record path; none: the whole is one record."""
    best: Steps = ()
    most = _names_in(content, names)
    first_list: Steps | None = None
    level: list[tuple[Steps, Any]] = [((), content)]
    for _ in range(MOST_LEVELS):
        below: list[tuple[Steps, Any]] = []
        for steps, node in level:
            for inner, child in _places_in(steps, node):
                is_list = inner[-1] == EACH_ITEM
                if is_list and first_list is None:
                    first_list = inner
                found = _names_in(child, names)
                if found > most or (found == most and _is_wrapped(inner, best)):
                    best, most = inner, found
                below.append((inner, child))
        level = below[:_MOST_PLACES]
    return best if most else (first_list or ())


def _is_wrapped(inner: Steps, outer: Steps) -> bool:
    return inner[: len(outer)] == outer and _WRAPPED.issuperset(inner[len(outer) :])


def _places_in(steps: Steps, node: Any) -> Iterable[tuple[Steps, Any]]:
    """The objects right below, and of a list of objects the first."""
    if type(node) is list:
        return [((*steps, EACH_ITEM), item) for item in node[:1] if type(item) is dict]
    places: list[tuple[Steps, Any]] = []
    for key, member in node.items() if type(node) is dict else ():
        if type(member) is dict:
            places.append(((*steps, key), member))
        elif type(member) is list:
            places += _places_in((*steps, key), member)
    return places


def _names_in(node: Any, names: Collection[str]) -> int:
    return sum(name in node for name in names) if type(node) is dict else 0


def place_in_xml(root: Any, names: Collection[str]) -> Steps:
    """The names of elements from the outermost to the record."""
    first: Steps = (local_name(root.tag),)
    best, most = first, _names_of(root, names)
    first_list: Steps | None = None
    level: list[tuple[Steps, Any]] = [(first, root)]
    for _ in range(MOST_LEVELS):
        below: list[tuple[Steps, Any]] = []
        for steps, element in level:
            grouped: dict[str, list[Any]] = {}
            for child in element.iterchildren("*"):
                if len(child) or child.keys():
                    grouped.setdefault(local_name(child.tag), []).append(child)
            for name, children in grouped.items():
                inner = (*steps, name)
                if first_list is None and len(children) > 1:
                    first_list = inner
                found = max(_names_of(child, names) for child in children[:_SAMPLES])
                if found > most:
                    best, most = inner, found
                below.append((inner, children[0]))
        level = below[:_MOST_PLACES]
    return best if most else (first_list or first)


def _names_of(element: Any, names: Collection[str]) -> int:
    if not names:
        return 0
    there = {local_name(child.tag) for child in element.iterchildren("*")}
    there.update("@" + local_name(name) for name, _ in attributes_of(element))
    return sum(name in there for name in names)
