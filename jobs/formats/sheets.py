"""Reads a sheet of a workbook row by row: .xlsx, .xls and .ods, and what only bears their name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

from jobs.errors import PermanentError
from jobs.formats.csv_rows import read_csv
from jobs.formats.csv_rows import worked_out as csv_worked_out
from jobs.formats.dict_record import DictRecord
from jobs.formats.facts import DocumentFacts
from jobs.formats.html_rows import html_rows
from jobs.formats.sheet_archive import refuse_bomb
from jobs.formats.sheet_errors import Errors
from jobs.formats.sniff import SniffedDocument, refuse_what_is_no_feed, sniff_document
from jobs.formats.table_columns import Columns
from jobs.formats.table_header import (
    SAMPLE_ROWS,
    header_row_of,
    refuse_too_many_columns,
    unique_names,
)
from jobs.formats.workbook import Row, open_sheet
from webapp.offers.reading import Container, Reading

_WORKBOOKS = ("xlsx", "xls", "ods")


@dataclass(frozen=True, slots=True)
class _Table:
    reading: Reading
    rows: Iterator[Row]
    errors: Errors = field(default_factory=dict)


def worked_out(path: Path, hint: Reading | None) -> Reading:
    """The reading with all that it leaves open.

    :raise PermanentError: as read_sheet
    """
    sniffed = sniff_document(path)
    if sniffed.kind == "csv":
        return csv_worked_out(path, _as_csv(hint) if hint else None)
    with _table(path, sniffed, hint or Reading(container="xlsx")) as table:
        return table.reading


def read_sheet(
    path: Path, reading: Reading, *, facts: DocumentFacts, ignore_paths: Sequence[str] = ()
) -> Iterator[DictRecord]:
    """:raise PermanentError: no workbook, a broken or protected one, or no such sheet"""
    sniffed = sniff_document(path)
    if sniffed.kind == "csv":
        yield from read_csv(path, _as_csv(reading), facts=facts, ignore_paths=ignore_paths)
        return
    with _table(path, sniffed, reading) as table:
        facts.reading = table.reading
        header_row = table.reading.header_row or 0
        columns = Columns(table.reading.columns)
        errors = table.errors
        for number, cells in enumerate(table.rows, start=1):
            if number <= header_row:
                continue
            record, flaw = columns.record(cells)
            if number in errors:
                record["#problems"] = [_cell_error(error) for error in errors[number]]
            elif not record:
                continue
            if flaw and flaw["code"] != "short_row":
                record.setdefault("#problems", []).append(flaw)
            facts.records += 1
            yield DictRecord(record, facts.records, number, ignore_paths)
    facts.complete = True


@contextmanager
def _table(path: Path, sniffed: SniffedDocument, given: Reading) -> Iterator[_Table]:
    if sniffed.kind == "html_table":
        yield _with_names(html_rows(path, given.encoding), given, "xls", path)
        return
    _refuse_what_is_no_workbook(sniffed, path)
    refuse_bomb(path)
    with open_sheet(path, given.sheet) as sheet:
        named = given.model_copy(update={"sheet": sheet.name or None})
        table = _with_names(sheet.rows, named, cast(Container, sniffed.kind), path)
        yield _Table(table.reading, table.rows, sheet.errors)


def _with_names(rows: Iterator[Row], given: Reading, container: Container, path: Path) -> _Table:
    first = list(islice(rows, max(SAMPLE_ROWS, given.header_row or 0)))
    texts = [["" if cell is None else str(cell) for cell in row] for row in first]
    header_row = given.header_row
    if header_row is None:
        header_row = 0 if given.columns else header_row_of(texts)
    if 0 < header_row <= len(texts):
        names = unique_names(texts[header_row - 1], f"{path.name}, row {header_row}")
    else:
        widest = max(map(len, texts), default=0)
        refuse_too_many_columns(widest, path.name)
        names = given.columns or tuple(str(number) for number in range(1, widest + 1))
    update: dict[str, Any] = {"container": container, "header_row": header_row, "columns": names}
    return _Table(given.model_copy(update=update), chain(first, rows))


def _as_csv(reading: Reading) -> Reading:
    return reading.model_copy(update={"container": "csv"})


def _refuse_what_is_no_workbook(sniffed: SniffedDocument, path: Path) -> None:
    refuse_what_is_no_feed(sniffed, path.name)
    if sniffed.kind in _WORKBOOKS:
        return
    if sniffed.kind == "xml" and sniffed.root == "Workbook":
        what = "The file is no workbook but an XML spreadsheet, as Excel 2003 wrote them."
    else:
        what = f"The file is no workbook of Excel or LibreOffice but {sniffed.kind.upper()}."
    raise PermanentError(
        "not_a_workbook",
        what,
        "Choose the matching file format in the source's settings, or ask the vendor for an .xlsx "
        "or CSV file. Nothing was withdrawn.",
        place=path.name,
    )


def _cell_error(error: str) -> dict[str, str]:
    return {"code": "cell_error", "field": "", "raw": error}
