"""Turns the cells of a table's row into a record; columns named `image[0].url` or `location.city`
become the lists and parts that their names speak of."""

import re
from collections.abc import Sequence
from typing import Any

from jobs.formats.record import Record

Step = str | int

_EMPTY = ("", None)
_MOST_EXTRA = 100
_MOST_STEPS = 10
_NESTED = re.compile(r"[^.\[\]\s](?:[^.\[\]]*[^.\[\]\s])?(?:\[\d{1,3}\])*")
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


class Columns:
    """The columns of one table, by their names."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._steps = [_steps(name) for name in self.names]
        self._are_plain = all(len(path) == 1 for path in self._steps)

    def record(self, cells: Sequence[Any]) -> tuple[Record, dict[str, str] | None]:
        """Empty cells are left out.

        :return: the record, and what is wrong with the row: as it goes into `#problems`
        """
        if self._are_plain:
            # 0 and False are no empty cells.
            record = {
                name: cell
                for name, cell in zip(self.names, cells, strict=False)
                if cell or cell not in _EMPTY
            }
        else:
            record = self._nested(cells)
        if len(cells) == len(self.names):
            return record, None
        return record, self._ragged(record, cells)

    def _nested(self, cells: Sequence[Any]) -> Record:
        record: dict[Step, Any] = {}
        for path, cell in zip(self._steps, cells, strict=False):
            if cell or cell not in _EMPTY:
                _put(record, path, cell)
        return {str(step): inner for step, inner in _with_lists(record, is_record=True).items()}

    def _ragged(self, record: Record, cells: Sequence[Any]) -> dict[str, str] | None:
        counted = f"{len(cells):,} / {len(self.names):,}"
        if len(cells) < len(self.names):
            return {"code": "short_row", "field": "", "raw": counted}
        extra = list(cells[len(self.names) :])
        while extra and extra[-1] in _EMPTY:
            extra.pop()
        if not extra:
            return None
        record["#extra"] = extra[:_MOST_EXTRA]
        return {"code": "ragged_row", "field": "", "raw": counted}


def _steps(name: str) -> list[Step]:
    """Only names made of nothing but names, dots and numbers in brackets: “Nr. 2” is one name."""
    parts = name.split(".")
    if not all(_NESTED.fullmatch(part) for part in parts):
        return [name]
    steps: list[Step] = [int(index) if index else key for index, key in _STEP.findall(name)]
    return steps if len(steps) <= _MOST_STEPS else [name]


def _put(record: dict[Step, Any], path: Sequence[Step], cell: Any) -> None:
    at = record
    for step in path[:-1]:
        inner = at.get(step)
        if not isinstance(inner, dict):
            # Both “location” and “location.city” are columns: as an element with text.
            inner = at[step] = {} if inner is None else {"#text": inner}
        at = inner
    last = path[-1]
    if isinstance(at.get(last), dict):
        at[last]["#text"] = cell
    else:
        at[last] = cell


def _with_lists(node: dict[Step, Any], *, is_record: bool = False) -> Any:
    """Numbered parts in their order; gaps are closed."""
    for step, inner in node.items():
        if isinstance(inner, dict):
            node[step] = _with_lists(inner)
    if not is_record and all(isinstance(step, int) for step in node):
        return [node[step] for step in sorted(node)]
    return {str(step): inner for step, inner in node.items()}
