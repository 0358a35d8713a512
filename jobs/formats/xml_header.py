"""What an XML document says about itself before its first record."""

from collections.abc import Iterator
from typing import Any

from jobs.formats.facts import DocumentFacts
from jobs.formats.header_room import HeaderRoom
from jobs.formats.record import Record
from webapp.bodies.xml_element import attributes_of, local_name, value_of
from webapp.offers.secrets import masked_record

MOST_DESCENDANTS = 50
_COUNT_NAMES = frozenset(
    f"{noun}count" for noun in ("", "listing", "listings", "property", "properties", "offer")
) | {"offerscount", "recordcount", "recordscount", "anzahl"}


def note_document(facts: DocumentFacts, root: Any, first_record: Any) -> None:
    """`first_record`: None when the document has none."""
    facts.root = local_name(root.tag)
    facts.namespaces = {prefix or "": uri for prefix, uri in root.nsmap.items()}
    way = list(first_record.iterancestors())[::-1] if first_record is not None else [root]
    facts.header = masked_record(_noted(way, first_record, HeaderRoom()))
    facts.declared_count = _declared_count(root)


def _noted(way: list[Any], first_record: Any, room: HeaderRoom) -> Record:
    """The attributes and small elements of the first element on the way to the record, and of
    those within it."""
    if not way:
        return {}
    element, *inner = way
    noted: Record = {}
    for name, text in attributes_of(element):
        if room.takes(1, len(name) + len(text)):
            noted["@" + local_name(name)] = text
    stop = inner[0] if inner else first_record
    for child in _children_before(element, stop):
        size = sum(1 for _ in child.iter())
        if size > MOST_DESCENDANTS:
            continue
        value = value_of(child)
        if room.takes(size, len(str(value))):
            _put(noted, local_name(child.tag), value)
    if inner and (within := _noted(inner, first_record, room)):
        _put(noted, local_name(stop.tag), within)
    return noted


def _children_before(element: Any, stop: Any) -> Iterator[Any]:
    for child in element.iterchildren("*"):
        if child is stop:
            return
        yield child


def _put(record: Record, name: str, value: Any) -> None:
    if name not in record:
        record[name] = value
    elif isinstance(record[name], list):
        record[name].append(value)
    else:
        record[name] = [record[name], value]


def _declared_count(root: Any) -> int | None:
    """Some vendors say how many records follow: on the root element or in a leaf before them."""
    leaves = ((child.tag, child.text or "") for child in root.iterchildren("*") if not len(child))
    for name, value in (*attributes_of(root), *leaves):
        plain = local_name(name).lower().replace("_", "").replace("-", "")
        if plain in _COUNT_NAMES and value.strip().isdecimal():
            return int(value)
    return None
