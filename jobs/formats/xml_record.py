"""One record of an XML feed: fingerprint, id and plain dict, each made only on demand."""

from collections.abc import Sequence
from typing import Any

from lxml import etree
from xxhash import xxh3_128_digest

from jobs.formats.record import Record
from webapp.bodies.xml_element import attributes_of, local_name, record_dict, value_of
from webapp.bodies.xml_entities import names_used_in
from webapp.offers.identity import id_text
from webapp.offers.paths import is_plain, value_at


class XmlRecord:
    """Valid until the reader's next step: the element is freed then, to keep memory flat."""

    __slots__ = ("_content", "_ignore_paths", "_is_named", "element", "line", "position")

    def __init__(
        self,
        element: Any,
        position: int,
        line: int,
        ignore_paths: Sequence[str],
        *,
        is_named: bool = False,
    ) -> None:
        """`is_named`: the element's own name is part of the record, as `#name`."""
        self.element = element
        self.position = position
        self.line = line
        self._ignore_paths = ignore_paths
        self._is_named = is_named
        self._content: bytes | None = None

    @property
    def size(self) -> int:
        return len(self.content())

    def content(self) -> bytes:
        """The serialised element."""
        if self._content is None:
            self._content = _serialised(self.element)
        return self._content

    def fingerprint(self) -> bytes:
        """16 bytes that change when anything but the ignore paths changes."""
        if not self._ignore_paths:
            return xxh3_128_digest(self.content())
        removal = _Removal()
        for path in self._ignore_paths:
            removal.take(self.element, path.split("."))
        kept = _serialised(self.element) + removal.kept_text.encode()
        removal.undo()
        return xxh3_128_digest(kept)

    def text_at(self, path: str) -> str | None:
        """The stripped text of the first element (or `@attribute`) at a path."""
        if not is_plain(path):
            return id_text(value_at(path)(self.as_dict())) or None
        element = self.element
        for name in path.split("."):
            if name.startswith("@"):
                return _attribute(element, name[1:])
            element = next(element.iterchildren("{*}" + name), None)
            if element is None:
                return None
        return _text(element)

    def as_dict(self) -> Record:
        record = record_dict(self.element)
        if self._is_named:
            record["#name"] = local_name(self.element.tag)
        return record

    def kept(self, *, as_dict: bool) -> Record | bytes:
        # A name that is part of the record does not survive in the content alone.
        return self.as_dict() if as_dict or self._is_named else self.content()


def record_from_content(content: bytes) -> Record:
    # Recovering, because prefixes may be declared outside of the record.
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    return record_dict(etree.fromstring(names_used_in(content) + content, parser))


def _serialised(element: Any) -> bytes:
    return bytes(etree.tostring(element, encoding="utf-8", with_tail=False))


def _text(element: Any) -> str:
    value = value_of(element)
    return value if isinstance(value, str) else str(value.get("#text", ""))


def _attribute(element: Any, name: str) -> str | None:
    for key, value in attributes_of(element):
        if local_name(key) == name:
            return str(value).strip()
    return None


class _Removal:
    """Takes parts out of an element and puts them back, which is far cheaper than a copy."""

    def __init__(self) -> None:
        self.kept_text = ""
        """Text behind removed elements: lxml takes it away with them, but it still counts."""
        self._elements: list[tuple[Any, int, Any]] = []
        self._attributes: list[tuple[Any, str, str]] = []

    def take(self, element: Any, names: list[str]) -> None:
        name, *rest = names
        if name.startswith("@"):
            self._blank_attributes(element, name[1:])
            return
        for child in list(element.iterchildren("{*}" + name)):
            if rest:
                self.take(child, rest)
                continue
            tail = child.tail
            if tail and not tail.isspace():
                self.kept_text += tail
            self._elements.append((element, element.index(child), child))
            element.remove(child)

    def undo(self) -> None:
        for parent, index, child in reversed(self._elements):
            parent.insert(index, child)
        for element, key, value in self._attributes:
            element.set(key, value)

    def _blank_attributes(self, element: Any, name: str) -> None:
        """Blank instead of gone, so that the order of the attributes stays."""
        for key, value in attributes_of(element):
            if local_name(key) == name:
                self._attributes.append((element, key, value))
                element.set(key, "")
