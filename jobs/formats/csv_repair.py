"""Makes the best of a row whose quotes do not add up, so that it costs no row but itself."""

import csv
import re
from dataclasses import dataclass
from typing import Literal

from jobs.formats.csv_dialect import Dialect
from jobs.formats.csv_lines import CsvLines, RowHasNoEndError

_MOST_JOINED = 20


@dataclass(frozen=True, slots=True)
class RepairedRow:
    cells: list[str]
    outcome: Literal["whole", "stray_quote", "broken_off"]
    """`broken_off`: the file ends within the row."""


def repaired_row(lines: CsvLines, dialect: Dialect, width: int | None) -> RepairedRow:
    """Of the lines taken so far; gives back those that belong to other rows."""
    _take_more(lines)
    first, *others = taken = lines.taken
    cells, is_closed = _forgiving(first, dialect)
    if is_closed and width in (None, len(cells)):
        lines.give_back(others)
        return RepairedRow(cells, "whole")
    as_it_is = _cut(first, dialect)
    next_row_is_whole = bool(others) and _stands_alone(others[0], dialect, width)
    if len(as_it_is) == width and next_row_is_whole:
        lines.give_back(others)
        return RepairedRow(as_it_is, "stray_quote")
    text = first
    for number, line in enumerate(others[: _MOST_JOINED - 1], start=1):
        text += line
        cells, is_closed = _forgiving(text, dialect)
        if is_closed and len(cells) == width:
            lines.give_back(others[number:])
            return RepairedRow(cells, "whole")
    ends_here = not taken[-1].endswith("\n")
    lines.give_back(others)
    return RepairedRow(as_it_is, "broken_off" if ends_here else "stray_quote")


def _take_more(lines: CsvLines) -> None:
    """A reader may have given up in the first of several lines that make the row."""
    try:
        while len(lines.taken) < _MOST_JOINED:
            next(lines)
    except (StopIteration, RowHasNoEndError):
        return


def _stands_alone(line: str, dialect: Dialect, width: int | None) -> bool:
    try:
        return [len(row) for row in dialect.rows([line], strict=True)] == [width]
    except csv.Error:
        return False


def _cut(line: str, dialect: Dialect) -> list[str]:
    """At every separator, as if there were no quotes; those around cells are taken off."""
    cells = [cell.strip() for cell in line.rstrip("\n").split(dialect.delimiter)]
    quote = dialect.quote
    return [_bare(cell, quote) for cell in cells] if quote else cells


def _bare(cell: str, quote: str) -> str:
    if len(cell) > 1 and cell.startswith(quote) and cell.endswith(quote):
        cell = cell[1:-1]
    elif cell.count(quote) == 1:
        cell = cell.removeprefix(quote)
    return cell.replace(quote * 2, quote)


def _forgiving(text: str, dialect: Dialect) -> tuple[list[str], bool]:
    """An odd number of quotes ends a cell, and only before a separator or at the end; any other is
    text.

    :return: the cells, and whether the last one was closed
    """
    quote, delimiter, body = dialect.quote, dialect.delimiter, text.removesuffix("\n")
    closing = re.compile(
        rf"(?<!{re.escape(quote)})(?:{re.escape(quote * 2)})*({re.escape(quote)})"
        rf"\s*(?={re.escape(delimiter)}|\Z)"
    )
    cells: list[str] = []
    at = 0
    while True:
        start = at + len(body[at : at + 100]) - len(body[at : at + 100].lstrip(" "))
        if body.startswith(quote, start):
            end = closing.search(body, start + 1)
            if end is None:
                return [*cells, body[at:]], False
            cells.append(body[start + 1 : end.start(1)].replace(quote * 2, quote))
            at = end.end()
        else:
            stop = body.find(delimiter, at)
            stop = len(body) if stop < 0 else stop
            cells.append(body[at:stop].strip())
            at = stop
        if at >= len(body):
            return cells, True
        at += len(delimiter)
