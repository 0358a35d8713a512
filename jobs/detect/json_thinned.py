"""The outline of a JSON document of any size: the first items of each of its lists, in bounded
memory."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from jobs.errors import PermanentError
from jobs.formats.json_text import JsonText, TooLargeError
from jobs.formats.sniff import sniff_document
from jobs.formats.text_encoding import encoding_of_text

WHOLE_CHARS = 262_144
"""A value up to this size is kept as it is."""
MOST_CHARS = 16_000_000
"""Kept of all values together."""
MOST_ITEMS = 40
MOST_MEMBERS = 400
DEEPEST = 12


def thinned_json(path: Path) -> Any:
    """The first document in the file, as far as it is well formed; None when there is nothing."""
    with path.open("rb") as file:
        encoding = encoding_of_text(path, None, sniff_document(path).byte_encoding)
        thinning = _Thinning(JsonText(file, encoding))
        found: list[Any] = []
        # The readers say what is wrong; here the outline so far must do.
        with suppress(PermanentError):
            thinning.add_to(found, 0)
    return found[0] if found else None


class _Thinning:
    def __init__(self, text: JsonText) -> None:
        self._text = text
        self._kept = 0

    def add_to(self, parent: list[Any] | dict[str, Any], level: int, key: str = "") -> None:
        """Reads the value that begins here and keeps as much of it as there is room for."""
        text = self._text
        if self._kept > MOST_CHARS or level > DEEPEST:
            text.skip()
            return
        try:
            value, size = text.value(WHOLE_CHARS)
        except TooLargeError:
            first = text.peek()
            if first not in ("[", "{"):
                text.skip()
                return
            inner: Any = [] if first == "[" else {}
            _put(parent, key, inner)
            if first == "[":
                self._add_items(inner, level + 1)
            else:
                self._add_members(inner, level + 1)
        else:
            self._kept += size
            _put(parent, key, value)

    def _add_items(self, items: list[Any], level: int) -> None:
        text = self._text
        text.expect("[")
        goes_on = not text.take("]")
        while goes_on:
            if len(items) < MOST_ITEMS:
                self.add_to(items, level)
            else:
                text.skip()
            goes_on = text.goes_on("]")

    def _add_members(self, members: dict[str, Any], level: int) -> None:
        text = self._text
        text.expect("{")
        goes_on = not text.take("}")
        while goes_on:
            key = text.key()
            if len(members) < MOST_MEMBERS:
                self.add_to(members, level, key)
            else:
                text.skip()
            goes_on = text.goes_on("}")


def _put(parent: list[Any] | dict[str, Any], key: str, value: Any) -> None:
    if isinstance(parent, list):
        parent.append(value)
    else:
        parent[key] = value
