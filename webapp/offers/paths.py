"""How a rule finds values in a record: a path is compiled once to a closure. Plain dotted paths
walk by themselves, through lists as well; anything with JMESPath syntax is given to jmespath.

Of an element, `@name` is an attribute, `#text` what stands in it, and `#names` are the names of the
elements in it: some vendors write `<kind><house/></kind>`."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

__all__ = [
    "SELF",
    "JMESPathError",
    "Many",
    "One",
    "elements_at",
    "is_plain",
    "value_at",
    "values_at",
]

One = Callable[[Any], Any]
Many = Callable[[Any], list[Any]]

SELF = "."
NAMES = "#names"
MAX_LENGTH = 300
# A quote as well: `"Price (EUR)"` names a column as it is.
JMESPATH_SYNTAX = re.compile(r"[\[\]|?*(){}\"'`]")


@lru_cache(maxsize=2048)
def is_plain(path: str) -> bool:
    """A dotted path of names and attributes alone."""
    return not JMESPATH_SYNTAX.search(path) and "#" not in path


@lru_cache(maxsize=2048)
def values_at(path: str) -> Many:
    """All values that are not empty; an element with attributes gives its text.

    :raise ValueError: the path cannot be read. The closure of a JMESPath may raise JMESPathError.
    """
    walk = _compiled(path)

    def values(node: Any) -> list[Any]:
        return _leaves(walk(node))

    return values


@lru_cache(maxsize=512)
def elements_at(path: str) -> Many:
    """All elements that are not empty, as they are: with their attributes and children.

    :raise ValueError: as values_at
    """
    walk = _compiled(path)

    def elements(node: Any) -> list[Any]:
        found = walk(node)
        if type(found) is not list:
            found = [found]
        return [at for at in found if at or at == 0]

    return elements


@lru_cache(maxsize=2048)
def value_at(path: str) -> One:
    """The first value that is not empty, or None. An element of attributes alone says something
    by being there, but it has no value.

    :raise ValueError: as values_at
    """
    many = values_at(path)

    def first(node: Any) -> Any:
        return next((found for found in many(node) if not _only_attributes(found)), None)

    if path == SELF:
        return lambda node: node or None if type(node) is str else first(node)
    if JMESPATH_SYNTAX.search(path):
        return first
    keys = path.split(".")
    if keys[-1] == NAMES:
        return first
    return _by_keys(keys, first) if len(keys) > 1 else _by_key(keys[0], first)


def _by_key(key: str, first: One) -> One:
    def one(node: Any) -> Any:
        if type(node) is dict:
            value = node.get(key)
            if value is None or type(value) is str:
                return value or None
        return first(node)

    return one


def _by_keys(keys: list[str], first: One) -> One:
    def one(node: Any) -> Any:
        at = node
        for key in keys:
            if type(at) is not dict:
                return first(node) if at else None
            at = at.get(key)
        if at is None or type(at) is str:
            return at or None
        return first(node)

    return one


def _compiled(path: str) -> One:
    return _searched(path) if JMESPATH_SYNTAX.search(path) else _walked(path)


def _walked(path: str) -> One:
    if path == SELF:
        return lambda node: node
    keys = path.split(".")
    if len(path) > MAX_LENGTH or not all(key.strip() for key in keys):
        raise ValueError(f"the path {path[:MAX_LENGTH]!r} is not like surface_area.built")
    if keys[-1] == NAMES:
        inner = _walked(".".join(keys[:-1]) or SELF)
        return lambda node: _names(inner(node))

    def walk(node: Any) -> Any:
        at = node
        for position, key in enumerate(keys):
            if type(at) is not dict:
                return _walked_through_lists([at], keys[position:])
            if key not in at:
                return None
            at = at[key]
        return at

    return walk


def _names(found: Any) -> list[str]:
    nodes = found if type(found) is list else [found]
    names = [name for node in nodes if type(node) is dict for name in node]
    return [name for name in dict.fromkeys(names) if name[:1] not in "@#"]


def _walked_through_lists(nodes: list[Any], keys: list[str]) -> list[Any]:
    for key in keys:
        children = [child for at in nodes for child in _children(at, key)]
        nodes = [at for child in children for at in (child if type(child) is list else [child])]
    return nodes


def _children(node: Any, key: str) -> list[Any]:
    if type(node) is dict:
        return [node[key]] if key in node else []
    if type(node) is list:
        return [item[key] for item in node if type(item) is dict and key in item]
    # A leaf without attributes is its text.
    return [node] if key == "#text" else []


def _searched(path: str) -> One:
    if len(path) > MAX_LENGTH:
        raise ValueError(f"the path is longer than {MAX_LENGTH} characters")
    try:
        search: One = jmespath.compile(path).search
    except JMESPathError as error:
        raise ValueError(f"the path {path!r} cannot be read: {error}") from None

    def searched(node: Any) -> Any:
        try:
            return search(node)
        except TypeError as error:
            # jmespath compares a text with a number as Python does.
            raise JMESPathError(str(error)) from None

    return searched


def _only_attributes(value: Any) -> bool:
    return type(value) is dict and all(key[:1] == "@" for key in value)


def _leaves(value: Any) -> list[Any]:
    if type(value) is not list:
        value = [value]
    found: list[Any] = []
    for at in value:
        if type(at) is dict:
            if "#text" in at:
                found += _leaves(at["#text"])
            elif at:
                found.append(at)
        elif type(at) is list:
            found += _leaves(at)
        elif at is not None and at != "":
            found.append(at)
    return found
