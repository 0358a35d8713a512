"""A cell of a sheet whose formula came to nothing."""

from typing import NamedTuple


class ErrorCell(NamedTuple):
    row: int
    """Counted from 1."""
    place: str
    """“C7”."""
    said: str
    """“#DIV/0!”."""


def place_of(row: int, column: int) -> str:
    """Both counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
