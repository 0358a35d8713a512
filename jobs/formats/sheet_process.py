"""Run as a program of its own by sheets.py: hands over the rows of one sheet of a workbook. The
library holds all of a sheet in memory and trusts the file about its size, so that a hostile one
may end this process, but not the worker.

Arguments: the path, the sheet's name or nothing. Prints marshalled values, each after its length in
four bytes: the sheet's name, then lists of rows, then None. A sheet without rows is followed by the
next one's name.
"""

import marshal
import math
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MOST_MEMORY = 3_000_000_000
MOST_CPU_SECONDS = 600
_ROWS_AT_ONCE = 200
_LARGEST_WHOLE = 1e15

_WITH_ROWS = (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)

Cell = str | int | float | bool | None


def main(path: str, wanted: str) -> None:
    for limit, value in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    try:
        with open(path, "rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
            sheet = _sheet(workbook, wanted)
            for rows in _batches(sheet) if sheet else ():
                _hand_over(rows)
    except PasswordError:
        _hand_over({"error": "password"})
    except CalamineError as error:
        words = str(error)
        is_locked = "password" in words.lower() or "encrypted" in words.lower()
        _hand_over({"error": "password" if is_locked else words[:200]})
    else:
        _hand_over(None)
    sys.stdout.buffer.flush()


def _sheet(workbook: CalamineWorkbook, wanted: str) -> CalamineSheet | None:
    """The wanted one, or the first with rows that people see. Each is named before it is loaded,
    which takes long."""
    for about in workbook.sheets_metadata:
        is_seen = about.visible == SheetVisibleEnum.Visible and about.typ in _WITH_ROWS
        if about.name == wanted or (is_seen and not wanted):
            _hand_over({"sheet": about.name})
            sheet = workbook.get_sheet_by_name(about.name)
            if sheet.start is not None:
                return sheet
    _hand_over({"sheet": None, "sheets": workbook.sheet_names})
    return None


def _batches(sheet: CalamineSheet) -> Iterator[list[list[Cell]]]:
    cells, rows = _CELLS, list[list[Cell]]()
    for row in sheet.iter_rows():
        rows.append([cells[type(value)](value) for value in row])
        if len(rows) == _ROWS_AT_ONCE:
            yield rows
            rows.clear()
    yield rows


def _hand_over(value: Any) -> None:
    data = marshal.dumps(value)
    sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)


def _number(value: float) -> Cell:
    whole = int(value) if -_LARGEST_WHOLE < value < _LARGEST_WHOLE else None
    return whole if whole == value else value if math.isfinite(value) else None


# The hot path: called for millions of cells.
_CELLS: dict[type, Callable[[Any], Cell]] = {
    str: str.strip,
    float: _number,
    int: int,
    bool: bool,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: str,
}


if __name__ == "__main__":
    main(*sys.argv[1:])
