"""Tells a page that is nothing but a table, as old programs export one, from a page for people."""

import re

_FEWEST_ROWS = 2
_FEWEST_CELLS = 3
_FOR_PEOPLE = re.compile(r"<(?:form|input|nav|script|iframe|frameset)\b", re.I)
_TABLE = re.compile(r"<table\b", re.I)
_ROW = re.compile(r"<tr\b", re.I)
_CELL = re.compile(r"<t[dh]\b", re.I)


def is_html_table(text: str) -> bool:
    """`text`: the beginning of an HTML document."""
    if _FOR_PEOPLE.search(text):
        return False
    return any(_has_rows(table) for table in _TABLE.split(text)[1:])


def _has_rows(table: str) -> bool:
    rows = _ROW.split(table)[1:]
    return sum(len(_CELL.findall(row)) >= _FEWEST_CELLS for row in rows) >= _FEWEST_ROWS
