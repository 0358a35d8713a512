"""Finds the records on the way through a JSON document, and notes what stands around them."""

from collections.abc import Iterator

from jobs.formats.header_room import HeaderRoom
from jobs.formats.json_text import MAX_VALUE_CHARS, SMALL_VALUE_CHARS, JsonText, TooLargeError
from jobs.formats.record import Record
from webapp.bodies.json_found import records_in
from webapp.bodies.json_path import EACH_ITEM, EACH_MEMBER, Branch, below
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
