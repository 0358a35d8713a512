"""A record that its reader has as plain data already: of tables, JSON and everything but XML."""

from collections.abc import Sequence
from typing import Any

import orjson
from xxhash import xxh3_128_digest

from jobs.formats.record import Record
from webapp.offers.identity import id_text
from webapp.offers.paths import value_at


class DictRecord:
    __slots__ = ("_content", "_ignore_paths", "line", "position", "record")

    def __init__(
        self, record: Record, position: int, line: int | None, ignore_paths: Sequence[str] = ()
    ) -> None:
        self.record = record
        self.position = position
        self.line = line
        self._ignore_paths = ignore_paths
        self._content: bytes | None = None

    @property
    def size(self) -> int:
        return len(self._serialised())

    def fingerprint(self) -> bytes:
        """Of the keys in any order: some vendors' exports shuffle them."""
        if not self._ignore_paths:
            return xxh3_128_digest(self._serialised())
        kept = self.record
        for path in self._ignore_paths:
            kept = _without(kept, path.split("."))
        return xxh3_128_digest(_json(kept))

    def text_at(self, path: str) -> str | None:
        return id_text(value_at(path)(self.record)) or None

    def as_dict(self) -> Record:
        return self.record

    def kept(self, *, as_dict: bool) -> Record | bytes:
        return self.record

    def _serialised(self) -> bytes:
        if self._content is None:
            self._content = _json(self.record)
        return self._content


def _json(record: Record) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


def _without(node: Any, names: list[str]) -> Any:
    """A copy without what lies at the path; the rest is shared with the original."""
    if isinstance(node, list):
        return [_without(item, names) for item in node]
    if not isinstance(node, dict) or names[0] not in node:
        return node
    name, *rest = names
    kept = {key: value for key, value in node.items() if key != name}
    if rest:
        kept[name] = _without(node[name], rest)
    return kept
