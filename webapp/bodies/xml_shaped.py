"""Records of XML whose names are not the names of elements: columns that are declared once, apart
from the rows, and children that name their own value."""

from collections.abc import Callable
from typing import Any

from webapp.bodies.named_pairs import listed, name_pairs
from webapp.bodies.record import Record
from webapp.bodies.xml_element import attributes_of, local_name, record_dict, value_of
from webapp.offers.reading import Reading

Shaper = Callable[[Any], Record]


def shaper_of(reading: Reading, root: Any) -> Shaper | None:
    """How an element becomes a record; None when it is one as it stands."""
    columns = _column_names(root, reading.columns_at) if reading.columns_at else []
    cells = (reading.cells or "*").split(".") if reading.columns_at else []
    if not columns and not reading.pairs:
        return None

    def shaped(element: Any) -> Record:
        record = _row(element, columns, cells) if columns else record_dict(element)
        return name_pairs(record, reading.pairs)

    return shaped


def _column_names(root: Any, path: str) -> list[str]:
    """:param path: `/FMPXMLRESULT/METADATA/FIELD/@NAME`, or that of an element"""
    first, *segments = path.strip("/").split("/")
    attribute = segments.pop()[1:] if segments and segments[-1].startswith("@") else None
    elements = [root] if first in ("*", local_name(root.tag)) else []
    for segment in segments:
        elements = [child for at in elements for child in _children(at, segment)]
    if attribute is None:
        return [(element.text or "").strip() for element in elements]
    return [
        next(
            (value for name, value in attributes_of(at) if local_name(name) == attribute), ""
        ).strip()
        for at in elements
    ]


def _row(element: Any, columns: list[str], cells: list[str]) -> Record:
    """Empty cells and those without a column's name are left out; a repeated one is a list."""
    record: Record = {"@" + local_name(name): value for name, value in attributes_of(element)}
    for name, cell in zip(columns, _children(element, cells[0]), strict=False):
        elements = [cell]
        for segment in cells[1:]:
            elements = [child for at in elements for child in _children(at, segment)]
        values = [value for value in map(value_of, elements) if value]
        if name and values:
            value = values if len(values) > 1 else values[0]
            record[name] = [*listed(record[name]), *values] if name in record else value
    return record


def _children(element: Any, name: str) -> list[Any]:
    return list(element.iterchildren("*" if name == "*" else "{*}" + name))
