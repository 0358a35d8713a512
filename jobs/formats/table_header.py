"""Finds the row that names the columns of a table, and gives every column a name of its own."""

import re
from collections.abc import Sequence

from jobs.errors import PermanentError
from webapp.offers.reading import MOST_COLUMNS

SAMPLE_ROWS = 50
_LONGEST_NAME = 100
_MOST_REPEATED = 2
_DATA = re.compile(
    r"""
    [-+(]?[€$£]?\s?\d[\d\s.,'’/:%)-]*\s?(?:[€$£%]|[A-Z]{3})?    # a number, price, date or time
    | \S+@\S+\.\S+ | (?:https?://|www\.).*                      # an address
    | \d{4}-\d\d-\d\d.*                                         # a date with a time
    | .*\.(?:jpe?g|png|gif|webp|pdf)                            # a file
    """,
    re.VERBOSE | re.IGNORECASE,
)


def header_row_of(rows: Sequence[Sequence[str]]) -> int:
    """Counted from 1 over `rows`, the beginning of a table; 0: it has none. Titles may stand
    above the names."""
    filled = [[cell for cell in row if cell] for row in rows]
    widest = max((len(row) for row in filled), default=0)
    for number, row in enumerate(filled):
        if row and len(row) * 2 >= widest:
            below = rows[number + 1 :]
            return number + 1 if _are_names(rows[number], row, below) else 0
    return 0


def _are_names(cells: Sequence[str], filled: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    data = sum(1 for cell in filled if _is_data(cell))
    if data * 10 > len(filled):
        return False
    if len(filled) - len(set(filled)) > max(_MOST_REPEATED, len(filled) // 5):
        return False
    # A kind or a country that most rows share stands in the first row of a headerless table.
    filled_below = [row for row in below if any(row)]
    repeated = sum(
        1
        for column, cell in enumerate(cells)
        if cell
        and len(filled_below) > 1
        and sum(column < len(row) and row[column] == cell for row in filled_below) * 2
        > len(filled_below)
    )
    return repeated * 5 <= len(filled)


def _is_data(cell: str) -> bool:
    return len(cell) > _LONGEST_NAME or _DATA.fullmatch(cell) is not None


def unique_names(cells: Sequence[str], place: str = "") -> tuple[str, ...]:
    """A column without a name is called by its position, the second “Type” is “Type 2”.

    :raise PermanentError: more columns than a table can have
    """
    refuse_too_many_columns(len(cells), place)
    names: dict[str, None] = {}
    for position, cell in enumerate(cells, start=1):
        wanted = " ".join(cell.split())[:_LONGEST_NAME] or str(position)
        name, number = wanted, 1
        while name in names:
            number += 1
            name = f"{wanted} {number}"
        names[name] = None
    return tuple(names)


def refuse_too_many_columns(columns: int, place: str) -> None:
    if columns > MOST_COLUMNS:
        raise PermanentError(
            "too_many_columns",
            f"The table has {columns:,} columns; at most {MOST_COLUMNS:,} can be read.",
            "Check the separator in the source's settings, and ask the vendor for a table with "
            "one offer a row. Nothing was withdrawn.",
            place=place,
        )
