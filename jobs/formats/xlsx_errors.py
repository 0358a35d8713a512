"""Which cells of an .xlsx file hold errors."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZipFile

from lxml import etree

from jobs.formats.error_cell import ErrorCell

_CHUNK_BYTES = 1_048_576
_OVERLAP_BYTES = 4_096
_MOST_OUTLINE_BYTES = 10_000_000
# Every part is bounded, so that no text makes it slow.
_ERROR_CELL = re.compile(
    rb'<c\s[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]{0,200}?\bt="e"[^>]{0,200}>'
    rb"(?:<f[^>]{0,200}/>|<f[^>]{0,200}>[^<]{0,1000}</f>)?<v>(#[^<]{1,20})</v>"
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def xlsx_errors(archive: ZipFile, sheet: str) -> Iterator[ErrorCell]:
    part = _part_of(archive, sheet)
    if part is None:
        return
    with archive.open(part) as file:
        yield from _error_cells(file)


def _part_of(archive: ZipFile, sheet: str) -> str | None:
    relations = {
        relation.get("Id"): relation.get("Target")
        for relation in _outline(archive, "xl/_rels/workbook.xml.rels")
    }
    for element in _outline(archive, "xl/workbook.xml").iter("{*}sheet"):
        if element.get("name") == sheet:
            target = relations.get(element.get(_RELATION))
            return str(PurePosixPath("/xl", target))[1:] if target else None
    return None


def _outline(archive: ZipFile, name: str) -> etree._Element:
    with archive.open(name) as file:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(file.read(_MOST_OUTLINE_BYTES), parser)


def _error_cells(file: IO[bytes]) -> Iterator[ErrorCell]:
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        text = rest + chunk
        end = 0
        if b't="e"' in text:
            for match in _ERROR_CELL.finditer(text):
                column, row, value = match.groups()
                place = f"{column.decode()}{row.decode()}"
                yield ErrorCell(int(row), place, value.decode("ascii", "replace"))
                end = match.end()
        rest = text[max(end, len(text) - _OVERLAP_BYTES) :]
