"""Reads the rows of an HTML table: old programs write one into a file named .xls, as Excel opens
it."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from jobs.errors import PermanentError

_MOST_SPAN = 100


def html_rows(path: Path, encoding: str | None) -> Iterator[list[str]]:
    """Row by row, whatever table of the page they are in.

    :raise PermanentError: not even a browser could read it
    """
    with path.open("rb") as file:
        try:
            rows = etree.iterparse(
                file, events=("end",), tag="tr", html=True, encoding=encoding, no_network=True
            )
            for _event, row in rows:
                yield _cells(row)
                row.clear()
                while row.getprevious() is not None:
                    del row.getparent()[0]
        except (etree.XMLSyntaxError, LookupError) as error:
            raise PermanentError(
                "broken_workbook",
                f"The table cannot be read to its end: {error}.",
                "Ask the vendor for a real workbook (.xlsx) or for CSV. Nothing was withdrawn.",
                place=path.name,
            ) from None


def _cells(row: etree._Element) -> list[str]:
    cells = []
    for cell in row.iterchildren("td", "th"):
        cells.append(" ".join("".join(cell.itertext()).replace("\xa0", " ").split()))
        span = cell.get("colspan", "1")
        wide = min(int(span), _MOST_SPAN) if span.isascii() and span.isdigit() else 1
        cells += [""] * (wide - 1)
    return cells
