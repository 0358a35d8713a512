"""Looks into the archive that an .xlsx or .ods file is: whether unpacking it would be an attack,
and which cells hold errors, which the library that reads the sheets passes over."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from jobs.errors import PermanentError

MOST_BYTES = 2_000_000_000
_MOST_GROWTH = 300
_SMALL = 50_000_000
_CHUNK_BYTES = 1_048_576
_OVERLAP_BYTES = 4_096
_MOST_ERRORS = 100_000
_MOST_OUTLINE_BYTES = 10_000_000
# Every part is bounded, so that no text makes it slow.
_ERROR_CELL = re.compile(
    rb'<c\s[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]{0,200}?\bt="e"[^>]{0,200}>'
    rb"(?:<f[^>]{0,200}/>|<f[^>]{0,200}>[^<]{0,1000}</f>)?<v>(#[^<]{1,20})</v>"
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Errors = dict[int, list[str]]
"""By row, counted from 1: “#DIV/0! (C7)”."""


def refuse_bomb(path: Path) -> None:
    """:raise PermanentError: unpacked it is too large, or grows out of all proportion"""
    try:
        with ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        # The reader of the sheets says what is wrong with it.
        return
    growth = unpacked / max(path.stat().st_size, 1)
    if unpacked > MOST_BYTES or (unpacked > _SMALL and growth > _MOST_GROWTH):
        raise PermanentError(
            "archive_bomb",
            f"The workbook would grow to {unpacked / 1e6:,.0f} MB, {growth:,.0f} times its size, "
            "which is how attacks look.",
            "Ask the vendor for the offers as CSV. Nothing was withdrawn.",
            place=path.name,
        )


def error_cells(path: Path, sheet: str) -> Errors:
    """Of an .xlsx file; what cannot be found out is left out."""
    found: Errors = {}
    try:
        with ZipFile(path) as archive:
            part = _part_of(archive, sheet)
            if part is None:
                return {}
            with archive.open(part) as file:
                for column, row, value in _error_cells(file):
                    found.setdefault(row, []).append(f"{value} ({column}{row})")
                    if len(found) >= _MOST_ERRORS:
                        break
    except (BadZipFile, OSError, ValueError, NotImplementedError, KeyError, zlib.error):
        return found
    except (etree.XMLSyntaxError, RuntimeError, EOFError):
        return found
    return found


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


def _error_cells(file: IO[bytes]) -> Iterator[tuple[str, int, str]]:
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        text = rest + chunk
        end = 0
        if b't="e"' in text:
            for match in _ERROR_CELL.finditer(text):
                column, row, value = match.groups()
                yield column.decode(), int(row), value.decode("ascii", "replace")
                end = match.end()
        rest = text[max(end, len(text) - _OVERLAP_BYTES) :]
