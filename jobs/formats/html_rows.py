"""Reads the rows of an HTML table: old programs write one into a file named .xls, as Excel opens
it."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from jobs.errors import PermanentError
from jobs.formats.text_encoding import encoding_of_text

_MOST_SPAN = 100
_MOST_BYTES = 16_000_000
_CHUNK_BYTES = 131_072
_LOOK_AT_BYTES = 4_096
_MARKS = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)
_DECLARED = re.compile(rb"charset\s*=", re.I)


def html_rows(path: Path, asked: str | None) -> Iterator[list[str]]:
    """Row by row, whatever table of the page they are in. `asked`: the encoding by the mapping.

    :raise PermanentError: not even a browser could read it
    """
    with path.open("rb") as file:
        encoding = asked or _encoding(path, file.read(_LOOK_AT_BYTES))
        file.seek(0)
        try:
            yield from _rows(file, encoding, path)
        except (etree.XMLSyntaxError, LookupError) as error:
            raise _unreadable(str(error), path) from None


def _rows(file: BinaryIO, encoding: str | None, path: Path) -> Iterator[list[str]]:
    parser = etree.HTMLPullParser(events=("end",), tag="tr", encoding=encoding, no_network=True)
    without_row = 0
    while piece := file.read(_CHUNK_BYTES):
        parser.feed(piece)
        without_row += len(piece)
        for _event, row in parser.read_events():
            without_row = 0
            yield _cells(row)
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
        if without_row > _MOST_BYTES:
            raise _unreadable(f"a row of it has no end within {_MOST_BYTES:,} bytes", path)
    parser.close()
    for _event, row in parser.read_events():
        yield _cells(row)


def _encoding(path: Path, head: bytes) -> str | None:
    """None leaves it to the parser, which knows marks and what a page says of itself."""
    if head.startswith(_MARKS) or _DECLARED.search(head):
        return None
    return encoding_of_text(path, None, None)


def _unreadable(reason: str, path: Path) -> PermanentError:
    return PermanentError(
        "broken_workbook",
        f"The table cannot be read to its end: {reason}.",
        "Ask the vendor for a real workbook (.xlsx) or for CSV. Nothing was withdrawn.",
        place=path.name,
    )


def _cells(row: etree._Element) -> list[str]:
    cells = []
    for cell in row.iterchildren("td", "th"):
        cells.append(" ".join("".join(cell.itertext()).replace("\xa0", " ").split()))
        span = cell.get("colspan", "1")
        wide = min(int(span), _MOST_SPAN) if span.isascii() and span.isdigit() else 1
        cells += [""] * (wide - 1)
    return cells
