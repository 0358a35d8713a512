"""Works out what separates and what encloses the cells of a text table."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_SEPARATORS = "\t;,|#~^¦§\x1f\x01"
_DOUBLED = "|#~^"
_BESIDE = "!|~#^@*:&;,¦§"
_LONGEST_DELIMITER = 5
_MOST_SAMPLE_LINES = 200
_DECLARED = re.compile(r"\s*\"?sep=(.{1,5}?)\"?\s*", re.I)
# Takes the place of a separator of several characters, which the csv module does not know.
_STAND_IN = "\x1f"


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str
    quote: str
    """Empty: cells are never enclosed."""
    has_escapes: bool = False
    """A quote within a cell is written \\" instead of ""."""

    def rows(self, lines: Iterable[str], *, strict: bool) -> Iterator[list[str]]:
        if len(self.delimiter) == 1:
            return csv.reader(lines, **self._format(self.delimiter, strict=strict))
        delimiter, format_ = self.delimiter, self._format(_STAND_IN, strict=strict)
        marked = (line.replace(_STAND_IN, " ").replace(delimiter, _STAND_IN) for line in lines)
        rows = csv.reader(marked, **format_)
        return (
            [cell.replace(_STAND_IN, delimiter) for cell in row]
            if _STAND_IN in "".join(row)
            else row
            for row in rows
        )

    def _format(self, delimiter: str, *, strict: bool) -> dict[str, Any]:
        return {
            "delimiter": delimiter,
            "quotechar": self.quote or None,
            "quoting": csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            "escapechar": "\\" if self.has_escapes else None,
            "skipinitialspace": delimiter != " ",
            "strict": strict,
        }


def declared_delimiter(line: str) -> str | None:
    """Of a first line such as `sep=;`, which is made for Excel."""
    found = _DECLARED.fullmatch(line)
    return found.group(1) if found else None


def dialect_of(text: str, delimiter: str | None = None, quote: str | None = None) -> Dialect | None:
    """`text`: whole lines from the beginning of a file, each ended by "\\n".

    :return: None when nothing in it separates cells
    """
    lines = [f"{line}\n" for line in text.split("\n") if line.strip()][:_MOST_SAMPLE_LINES]
    delimiter = delimiter or _delimiter_of(lines)
    if delimiter is None:
        return None
    if quote is None:
        quote = _quote_of(lines, delimiter)
    escaped = rf"[^{re.escape(delimiter)}\\]\\{quote}(?!{re.escape(delimiter)}|\n)"
    return Dialect(delimiter, quote, bool(quote and re.search(escaped, text)))


def _delimiter_of(lines: list[str]) -> str | None:
    if lines and (declared := declared_delimiter(lines[0])):
        return declared
    text = "".join(lines)
    if quoted := _quoted_separator(lines):
        return quoted
    found = [(_fit(lines, separator), separator) for separator in _SEPARATORS if separator in text]
    if not found:
        return None
    # The first of equals: max keeps the order of the separators.
    fit, separator = max(found, key=lambda one: one[0])
    return _widened(separator, lines) if fit else None


def _fit(lines: list[str], separator: str) -> float:
    """Near 1: it cuts nearly all rows into the same number of many cells."""
    rows = Dialect(separator, '"').rows(iter(lines), strict=False)
    try:
        widths = [len(row) for row in rows if row]
    except csv.Error:
        return 0.0
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0
    width, rows_of_it = max(counted.items(), key=lambda one: (one[1], one[0]))
    # Cells left out at the end of a row are common, so nearly as wide counts a little.
    near = sum(number for other, number in counted.items() if width * 0.6 <= other < width)
    return (rows_of_it + near / 2) / len(widths) * (1 - 1 / width)


def _quoted_separator(lines: list[str]) -> str | None:
    """Some programs write `a","b","c`: quotes between the cells, and none at the ends."""
    for separator in ('","', '";"', '"\t"', '"|"'):
        rows = [line.rstrip("\n").split(separator) for line in lines]
        clean = [len(row) > 1 and not any('"' in cell for cell in row) for row in rows]
        if sum(clean) * 10 > len(rows) * 9:
            return separator
    return None


def _widened(separator: str, lines: list[str]) -> str:
    """The separator with the signs that stand beside it everywhere: `!#`, `||`, `|~|`."""
    text = "".join(lines)
    for sign in _BESIDE:
        around = f"{separator}{sign}{separator}"
        if 2 < text.count(around) * 2 == text.count(separator):
            return around
    runs = re.findall(re.escape(separator) + "+", text)
    if separator in _DOUBLED and all(len(run) % 2 == 0 for run in runs):
        separator *= 2
    while len(separator) < _LONGEST_DELIMITER and (wider := _wider_by_one(separator, text)):
        separator = wider
    return separator


def _wider_by_one(separator: str, text: str) -> str | None:
    places = [found.start() for found in re.finditer(re.escape(separator), text)]
    before = {text[place - 1 : place] for place in places}
    after = {text[place + len(separator) : place + len(separator) + 1] for place in places}
    for signs, wider in ((before, "{}{}"), (after, "{1}{0}")):
        sign = next(iter(signs)) if len(signs) == 1 else ""
        if len(places) > 2 and sign and sign in _BESIDE:
            return wider.format(sign, separator)
    return None


def _quote_of(lines: list[str], delimiter: str) -> str:
    """The usual one also where none is seen: it may come later; but not where quotes stand at the
    beginnings of cells and never at their ends."""
    if '"' in delimiter:
        return ""
    edge, text = re.escape(delimiter), "\n" + "".join(lines)
    opened = {quote: len(re.findall(rf"(?:{edge}|\n) *{quote}", text)) for quote in "\"'"}
    closed = {quote: len(re.findall(rf"{quote} *(?:{edge}|\n)", text)) for quote in "\"'"}
    both = {quote: min(opened[quote], closed[quote]) for quote in "\"'"}
    if both["'"] > both['"'] and both["'"] >= len(lines):
        return "'"
    return "" if opened['"'] > 5 * (closed['"'] + 1) else '"'
