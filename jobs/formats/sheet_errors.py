"""Which cells of a sheet hold errors, which the library that reads the sheets passes over."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from lxml import etree

from jobs.formats.error_cell import ErrorCell
from jobs.formats.ods_errors import ods_errors
from jobs.formats.xls_errors import xls_errors
from jobs.formats.xlsx_errors import xlsx_errors

_MOST_ROWS = 100_000
_BROKEN = (BadZipFile, OSError, ValueError, NotImplementedError, KeyError, zlib.error)
_CUT = (etree.XMLSyntaxError, RuntimeError, EOFError, struct.error, IndexError)

Errors = dict[int, list[str]]
"""By row, counted from 1: “#DIV/0! (C7)”."""


def error_cells(path: Path, sheet: str) -> Errors:
    """What cannot be found out is left out: the reader of the sheets says what is wrong."""
    found: Errors = {}
    try:
        for row, place, said in _errors_of(path, sheet):
            found.setdefault(row, []).append(f"{said} ({place})")
            if len(found) >= _MOST_ROWS:
                break
    except (*_BROKEN, *_CUT):
        return found
    return found


def _errors_of(path: Path, sheet: str) -> Iterator[ErrorCell]:
    if not is_zipfile(path):
        yield from xls_errors(path, sheet)
        return
    with ZipFile(path) as archive:
        is_ods = "content.xml" in archive.namelist()
        yield from ods_errors(archive, sheet) if is_ods else xlsx_errors(archive, sheet)
