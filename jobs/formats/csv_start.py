"""Looks at the beginning of a text table and works out all that its mapping leaves open about how
it is read."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import PermanentError
from jobs.formats.csv_dialect import Dialect, declared_delimiter, dialect_of
from jobs.formats.decoded import DecodedText
from jobs.formats.sniff import refuse_what_is_no_feed, refuse_what_is_not, sniff_document
from jobs.formats.table_header import (
    SAMPLE_ROWS,
    header_row_of,
    refuse_too_many_columns,
    unique_names,
)
from jobs.formats.text_encoding import encoding_of_text
from webapp.offers.reading import Reading

_SAMPLE_CHARS = 131_072
_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1a\ufffd]")
_NEVER_SEPARATES = frozenset('\r\n\0"\\')


@dataclass(frozen=True, slots=True)
class CsvStart:
    encoding: str
    dialect: Dialect
    header_row: int
    names: tuple[str, ...]
    declares_separator: bool
    """Its first line is `sep=;`, which is no row."""

    def reading(self, given: Reading | None) -> Reading:
        found = {
            "container": "csv",
            "encoding": self.encoding,
            "delimiter": self.dialect.delimiter,
            "quote": self.dialect.quote,
            "header_row": self.header_row,
            "columns": self.names,
        }
        return (given or Reading(container="csv")).model_copy(update=found)


def csv_start(path: Path, given: Reading | None) -> CsvStart:
    """:raise PermanentError: it is no text table, or not as the mapping says"""
    sniffed = sniff_document(path)
    if sniffed.kind == "other":
        refuse_what_is_no_feed(sniffed, path.name)
    else:
        refuse_what_is_not("CSV", ("csv", "jsonl"), sniffed, path.name)
    asked = given.encoding if given else None
    encoding = encoding_of_text(path, asked, sniffed.byte_encoding)
    text = _sample(path, encoding)
    if len(_NO_TEXT.findall(text)) * 100 > len(text):
        raise _no_table(path, "it holds no text")
    dialect = _dialect(text, given, path)
    rows = _first_rows(text, dialect)
    declares = bool(text) and declared_delimiter(text.partition("\n")[0]) is not None
    header_row, names = _names(rows, given, path, declares=declares)
    return CsvStart(encoding, dialect, header_row, names, declares)


def _sample(path: Path, encoding: str) -> str:
    """The first lines; half a one only where it is the only one."""
    with path.open("rb") as file:
        decoded = DecodedText(file, encoding)
        text, piece = "", decoded.read()
        while piece and len(text) < _SAMPLE_CHARS:
            text += piece
            piece = decoded.read()
    is_whole = not piece and len(text) <= _SAMPLE_CHARS
    text = text[:_SAMPLE_CHARS].removeprefix("\ufeff").replace("\0", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if is_whole:
        return text
    return text[: text.rfind("\n") + 1] or text


def _dialect(text: str, given: Reading | None, path: Path) -> Dialect:
    delimiter = given.delimiter if given else None
    quote = given.quote if given else None
    if delimiter and (_NEVER_SEPARATES & set(delimiter[:1]) or delimiter == quote):
        raise PermanentError(
            "wrong_separator",
            "A line's end, a backslash or a quote cannot separate the cells of a table.",
            "Choose another separator in the format, or none: then it is worked out.",
            place=path.name,
        )
    found = dialect_of(text, delimiter, quote)
    if delimiter and delimiter not in text:
        other = dialect_of(text, None, quote)
        if other is not None:
            raise PermanentError(
                "wrong_separator",
                f"The table is not separated by “{delimiter}” but by “{other.delimiter}”.",
                "Choose this separator in the format, or none: then it is worked out. Nothing was "
                "withdrawn.",
                place=path.name,
            )
    if found is None and _is_one_column(text):
        found = Dialect(",", '"')
    if found is None:
        start = " ".join(text[:80].split())
        raise _no_table(path, f"nothing separates cells in it; it begins with “{start}”")
    return found


def _no_table(path: Path, reason: str) -> PermanentError:
    return PermanentError(
        "not_csv",
        f"The file is not a table: {reason}.",
        "Choose the matching file format in the source's settings, or ask the vendor for the "
        "CSV feed. Nothing was withdrawn.",
        place=path.name,
    )


def _is_one_column(text: str) -> bool:
    """A list of ids, say; sentences are none."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and all(" " not in line and len(line) <= 200 for line in lines)


def _first_rows(text: str, dialect: Dialect) -> list[list[str]]:
    lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    rows = []
    try:
        for row in dialect.rows(iter(lines), strict=False):
            rows.append([cell.strip() for cell in row])
            if len(rows) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _names(
    rows: list[list[str]], given: Reading | None, path: Path, *, declares: bool
) -> tuple[int, tuple[str, ...]]:
    header_row = given.header_row if given else None
    if header_row is None:
        if given and given.columns:
            header_row = 0
        else:
            header_row = header_row_of([[], *rows[1:]] if declares else rows)
    if not header_row:
        widest = max(map(len, rows), default=0)
        refuse_too_many_columns(widest, path.name)
        numbers = tuple(str(position) for position in range(1, widest + 1))
        return 0, (given.columns if given else ()) or numbers
    if header_row > len(rows):
        # It stands below what was looked at, or there is none: the reader will see.
        return header_row, ()
    return header_row, unique_names(rows[header_row - 1], f"{path.name}, row {header_row}")
