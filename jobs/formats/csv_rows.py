"""Reads a text table of any dialect row by row: CSV, TSV and their relatives."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from jobs.errors import PermanentError
from jobs.formats.csv_dialect import Dialect
from jobs.formats.csv_lines import LONGEST_LINE, CsvLines, RowHasNoEndError
from jobs.formats.csv_repair import repaired_row
from jobs.formats.csv_start import csv_start
from jobs.formats.decoded import DecodedText
from jobs.formats.dict_record import DictRecord
from jobs.formats.facts import DocumentFacts
from jobs.formats.table_columns import Columns
from jobs.formats.table_header import unique_names
from webapp.offers.reading import Reading

_EXCERPT_CHARS = 120


def worked_out(path: Path, hint: Reading | None) -> Reading:
    """The reading with all that it leaves open.

    :raise PermanentError: as read_csv
    """
    return csv_start(path, hint).reading(hint)


def read_csv(
    path: Path, reading: Reading, *, facts: DocumentFacts, ignore_paths: Sequence[str] = ()
) -> Iterator[DictRecord]:
    """:raise PermanentError: no table, a line without end, or a file that breaks off in a row"""
    # The reader's own limit is for all of the process, and lower than that of the lines.
    csv.field_size_limit(2 * LONGEST_LINE)
    start = csv_start(path, reading)
    facts.encoding = start.encoding
    facts.reading = start.reading(reading)
    columns = None if start.header_row else Columns(start.names)
    with path.open("rb") as file:
        rows = _Rows(CsvLines(DecodedText(file, start.encoding)), start.dialect)
        for number, cells in enumerate(rows, start=1):
            if columns is None:
                if number == start.header_row:
                    names = unique_names(cells, f"line {rows.line}")
                    facts.reading = facts.reading.model_copy(update={"columns": names})
                    columns = Columns(names)
                    rows.width = len(cells)
                continue
            if not any(cells) or (number == 1 and start.declares_separator):
                continue
            record, flaw = columns.record(cells)
            problems = [flaw] if flaw else []
            if rows.stray_quote:
                problems.append(_stray_quote(rows.stray_quote))
            if problems:
                record["#problems"] = problems
            facts.records += 1
            yield DictRecord(record, facts.records, rows.line, ignore_paths)
    facts.complete = True


class _Rows:
    """The rows of a file, each of them repaired where its quotes don't add up."""

    def __init__(self, lines: CsvLines, dialect: Dialect) -> None:
        self._lines = lines
        self._dialect = dialect
        self._has_short_rows = False
        self.width: int | None = None
        """How many cells a row has, once it is known."""
        self.line = 0
        """Where the current row begins."""
        self.stray_quote = ""
        """The current row as it was, if a quote in it stood alone."""

    def __iter__(self) -> Iterator[list[str]]:
        lines = self._lines
        reader = self._dialect.rows(lines, strict=True)
        while True:
            lines.begin_row()
            self.line = lines.last_number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, RowHasNoEndError):
                cells = self._repaired()
                reader = self._dialect.rows(lines, strict=True)
                yield cells
                self.stray_quote = ""
                continue
            if len(lines.taken) > 1 and len(cells) != self.width is not None:
                cells = self._repaired()
                reader = self._dialect.rows(lines, strict=True)
            elif len(cells) != self.width is not None:
                self._refuse_half_a_row(cells)
            yield list(map(str.strip, cells))
            self.stray_quote = ""

    def _repaired(self) -> list[str]:
        first = self._lines.taken[0]
        row = repaired_row(self._lines, self._dialect, self.width)
        if row.outcome == "broken_off":
            raise self._broken_off()
        if row.outcome == "stray_quote":
            self.stray_quote = first
        return row.cells

    def _refuse_half_a_row(self, cells: list[str]) -> None:
        """Short rows are common in some tables; elsewhere one at the very end was cut off."""
        if not cells or len(cells) > (self.width or 0):
            return
        if not self._lines.taken[-1].endswith("\n") and not self._has_short_rows:
            raise self._broken_off()
        self._has_short_rows = True

    def _broken_off(self) -> PermanentError:
        return PermanentError(
            "truncated",
            "The feed cannot be read to its end: it breaks off within a row.",
            "Ask the vendor whether the export finished. The offers before this place were read; "
            "nothing was withdrawn.",
            place=f"line {self.line}",
        )


def _stray_quote(line: str) -> dict[str, str]:
    shown = "".join(c if c.isprintable() else " " for c in line[:_EXCERPT_CHARS])
    return {"code": "stray_quote", "field": "", "raw": shown}
