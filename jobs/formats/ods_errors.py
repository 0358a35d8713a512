"""Which cells of an .ods file hold errors."""

import re
from collections.abc import Iterator
from typing import IO, Any
from zipfile import ZipFile

from lxml import etree

from jobs.formats.error_cell import ErrorCell, place_of

_PART = "content.xml"
_CHUNK_BYTES = 1_048_576
_OVERLAP_BYTES = 64
_MOST_ROW_BYTES = 8_000_000
_SAID = re.compile(r"#[A-Z0-9/]{1,10}[!?]?|#N/A|Err:[0-9]{3}")
# LibreOffice names the kind; OpenOffice writes the number 0 and shows the error.
_HINT = re.compile(rb'value-type="error"|<text:p>(?:#[A-Z]|Err:)')
_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE = f"{{{_NAMES}table:1.0}}", f"{{{_NAMES}office:1.0}}"
_MOST_COLUMNS = 16_384


def ods_errors(archive: ZipFile, sheet: str) -> Iterator[ErrorCell]:
    """:raise ValueError: a row goes on and on"""
    with archive.open(_PART) as file:
        if not _may_hold_errors(file):
            return
    with archive.open(_PART) as file:
        yield from _errors_in(_RowByRow(file), sheet)


class _RowByRow:
    """A row without end would be held whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self.since_row = 0
        self._file = file

    def read(self, most: int) -> bytes:
        self.since_row += most
        if self.since_row > _MOST_ROW_BYTES:
            raise ValueError("a row without end")
        return self._file.read(most)


def _may_hold_errors(file: IO[bytes]) -> bool:
    """A quick look before the careful one: nearly no sheet holds any."""
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        if _HINT.search(rest + chunk):
            return True
        rest = chunk[-_OVERLAP_BYTES:]
    return False


def _errors_in(file: _RowByRow, sheet: str) -> Iterator[ErrorCell]:
    tags = (f"{_TABLE}table", f"{_TABLE}table-row")
    is_wanted, number = False, 1
    for event, element in etree.iterparse(
        file, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True
    ):
        if element.tag == tags[0]:
            if is_wanted and event == "end":
                return
            is_wanted, number = element.get(f"{_TABLE}name") == sheet, 1
        elif event == "end":
            file.since_row = 0
            if is_wanted:
                yield from _errors_of(element, number)
            number += _repeated(element, "rows")
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _errors_of(row: Any, number: int) -> Iterator[ErrorCell]:
    column = 1
    for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
        said = "".join(cell.itertext()).strip() if cell.get(f"{_TABLE}formula") else ""
        if _is_error(cell) or _SAID.fullmatch(said):
            yield ErrorCell(number, place_of(number, column), said or "#ERROR")
        column = min(column + _repeated(cell, "columns"), _MOST_COLUMNS)


def _is_error(cell: Any) -> bool:
    return any(
        value == "error" and name.endswith("}value-type") and not name.startswith(_OFFICE)
        for name, value in cell.items()
    )


def _repeated(element: Any, what: str) -> int:
    times = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(times) if times.isascii() and times.isdigit() and len(times) < 9 else 1
