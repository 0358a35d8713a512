"""The records in a JSON value that is at hand as a whole, wherever in it they are."""

from collections.abc import Iterator
from typing import Any

from webapp.bodies.json_path import EACH_ITEM, EACH_MEMBER, Branch, below
from webapp.bodies.record import Record


def records_in(value: Any, branches: list[Branch], parent: Record) -> Iterator[Record]:
    """`parent`: the plain values of the objects on the way, which each record gets."""
    if type(value) is list and (in_items := below(branches, EACH_ITEM)):
        for item in value:
            yield from records_in(item, in_items, parent)
    if type(value) is not dict:
        return
    for steps, name in branches:
        if not steps:
            yield _with_names(value, name, parent)
    if not any(steps for steps, _ in branches):
        return
    if listed := below(branches, EACH_ITEM):
        # One record may stand for a list of one, and PHP makes an object of a list with gaps.
        if not _are_numbered(value):
            yield from records_in(value, listed, parent)
            return
        branches = [Branch((EACH_MEMBER, *steps), name) for steps, name in listed]
    yield from _records_of_members(value, branches, parent)


def _records_of_members(value: Record, branches: list[Branch], parent: Record) -> Iterator[Record]:
    each = below(branches, EACH_MEMBER)
    around = parent if each else {**parent, **_plain_of(value)}
    for key, member in value.items():
        if each:
            for record in records_in(member, each, around):
                record.setdefault("#key", key)
                yield record
        if on_way := below(branches, key):
            yield from records_in(member, on_way, around)


def _with_names(record: Record, name: str, parent: Record) -> Record:
    if name or parent:
        record = dict(record)
    if name:
        record["#name"] = name
    if parent:
        record["#parent"] = dict(parent)
    return record


def _are_numbered(value: Record) -> bool:
    return bool(value) and all(
        key.isdecimal() and type(member) is dict for key, member in value.items()
    )


def _plain_of(value: Record) -> Record:
    return {key: item for key, item in value.items() if not isinstance(item, list | dict)}
