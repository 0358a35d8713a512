"""Finds the records on the way through a JSON document, and notes what stands around them."""

from collections.abc import Iterator
from typing import Any

from jobs.formats.header_room import HeaderRoom
from jobs.formats.json_path import EACH_ITEM, EACH_MEMBER, Branch, below
from jobs.formats.json_text import MAX_VALUE_CHARS, SMALL_VALUE_CHARS, JsonText, TooLargeError
from jobs.formats.record import Record
from webapp.offers.secrets import mask_members, masked_record

_PLAIN_CHARS = 1_000
_WHOLE_CHARS = 2_000_000
"""A list's parent is taken whole up to this, so that what stands behind the list counts too."""


class JsonWalk:
    def __init__(self, text: JsonText, header: Record) -> None:
        """`header` takes the small values that stand outside of all lists."""
        self._text = text
        self._header = header
        self._room = HeaderRoom()

    def records(self, branches: list[Branch]) -> Iterator[tuple[Record, int]]:
        """The records of the document that begins here, each with its line."""
        return self._found(branches, self._header, in_list=False)

    def _found(
        self, branches: list[Branch], around: Record, *, in_list: bool
    ) -> Iterator[tuple[Record, int]]:
        text = self._text
        first = text.peek()
        is_record = any(not branch.steps for branch in branches)
        if in_list or is_record or (first == "{" and below(branches, EACH_ITEM)):
            line = text.line
            try:
                value, _ = text.value(MAX_VALUE_CHARS if is_record else _WHOLE_CHARS)
            except TooLargeError:
                pass
            else:
                for record in records_in(value, branches, around if in_list else {}):
                    yield record, line
                return
        if first == "[":
            yield from self._items(below(branches, EACH_ITEM), around if in_list else {})
        elif first == "{":
            yield from self._members(branches, around, in_list=in_list)
        else:
            text.skip()

    def _items(self, branches: list[Branch], parent: Record) -> Iterator[tuple[Record, int]]:
        text = self._text
        text.expect("[")
        goes_on = not text.take("]")
        while goes_on:
            if branches:
                yield from self._found(branches, parent, in_list=True)
            else:
                text.skip()
            goes_on = text.goes_on("]")

    def _members(
        self, branches: list[Branch], around: Record, *, in_list: bool
    ) -> Iterator[tuple[Record, int]]:
        text = self._text
        each = below(branches, EACH_MEMBER, EACH_ITEM)
        if in_list:
            around = dict(around)
        text.expect("{")
        goes_on = not text.take("}")
        while goes_on:
            key = text.key()
            if each:
                for record, line in self._found(each, around, in_list=True):
                    record.setdefault("#key", key)
                    yield record, line
            elif on_way := below(branches, key):
                inner = around
                if not in_list and text.peek() == "{":
                    inner = around[key] = {}
                yield from self._found(on_way, inner, in_list=in_list)
            else:
                self._note(key, around, in_list=in_list)
            goes_on = text.goes_on("}")

    def _note(self, key: str, around: Record, *, in_list: bool) -> None:
        text = self._text
        if text.peek() == "[" or (in_list and text.peek() == "{"):
            text.skip()
            return
        try:
            value, size = text.value(SMALL_VALUE_CHARS)
        except TooLargeError:
            text.skip()
            return
        if self._room.takes(1, len(key) + size) if not in_list else size <= _PLAIN_CHARS:
            around[key] = masked_record(value)
            if not in_list:
                mask_members(around)


def records_in(value: Any, branches: list[Branch], parent: Record) -> Iterator[Record]:
    """The same in a value that is at hand as a whole."""
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
