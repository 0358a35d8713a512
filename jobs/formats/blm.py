"""Reads Rightmove's BLM (version 3), a table that declares its own separators and columns."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Literal

from jobs.errors import PermanentError
from jobs.formats.blm_head import BlmHead, read_head
from jobs.formats.decoded import DecodedText
from jobs.formats.dict_record import DictRecord
from jobs.formats.facts import DocumentFacts
from jobs.formats.sniff import refuse_what_is_not, sniff_document
from jobs.formats.table_columns import Columns
from jobs.formats.text_encoding import encoding_of_text
from webapp.offers.reading import Reading
from webapp.offers.secrets import masked_record

LONGEST_ROW = 4_000_000
_END = "#END#"
_MOST_BLANKS = 200


def worked_out(path: Path, hint: Reading | None) -> Reading:
    """The reading with all that it leaves open.

    :raise PermanentError: as read_blm
    """
    encoding = _encoding(path, hint)
    with path.open("rb") as file:
        return _reading(read_head(DecodedText(file, encoding), path.name), encoding, hint)


def read_blm(
    path: Path, reading: Reading, *, facts: DocumentFacts, ignore_paths: Sequence[str] = ()
) -> Iterator[DictRecord]:
    """:raise PermanentError: another structure, a row without end, or no #END#"""
    facts.encoding = _encoding(path, reading)
    with path.open("rb") as file:
        head = read_head(DecodedText(file, facts.encoding), path.name)
        facts.reading = _reading(head, facts.encoding, reading)
        facts.header = masked_record(dict(head.facts))
        facts.declared_count = head.declared_count
        columns = Columns(head.columns)
        for line, cells in _rows(head):
            record, flaw = columns.record(cells)
            if not record:
                continue
            if flaw:
                record["#problems"] = [flaw]
            facts.records += 1
            yield DictRecord(record, facts.records, line, ignore_paths)
    facts.complete = True


def _encoding(path: Path, reading: Reading | None) -> str:
    sniffed = sniff_document(path)
    refuse_what_is_not("BLM", ("blm", "other", "csv"), sniffed, path.name)
    return encoding_of_text(path, reading.encoding if reading else None, sniffed.byte_encoding)


def _reading(head: BlmHead, encoding: str, given: Reading | None) -> Reading:
    found = {
        "container": "blm",
        "encoding": encoding,
        "delimiter": head.end_of_field,
        "columns": head.columns,
    }
    return (given or Reading(container="blm")).model_copy(update=found)


def _rows(head: BlmHead) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row with the line that it begins in."""
    width, line, row = len(head.columns), head.lines, ""
    for text, end in _pieces(head):
        row += text
        if end == "file":
            row, mark, _ = f"\n{row}".partition(f"\n{_END}")
            if not mark:
                break
            if row.strip():
                yield line, _cells(row, head)
            return
        if len(_cells(row, head)) < width and end == "row" and len(row) <= LONGEST_ROW:
            # The sign stands within a text, as rows end where lines do.
            row += head.end_of_row
            continue
        blank_lines = row[: len(row) - len(row.lstrip())].count("\n")
        yield line + blank_lines, _cells(row, head)
        line += row.count("\n")
        row = ""
    raise PermanentError(
        "truncated",
        "The feed cannot be read to its end: the line #END# is missing, so a part may be missing.",
        "Ask the vendor whether the export finished. The offers before this place were read; "
        "nothing was withdrawn.",
        place=f"line {line}",
    )


def _cells(row: str, head: BlmHead) -> list[str]:
    return [cell.strip() for cell in row.strip().split(head.end_of_field)]


def _pieces(head: BlmHead) -> Iterator[tuple[str, Literal["row", "line", "file"]]]:
    """What stands before each sign that ends a row, and what else ends there."""
    buffer, line = head.rest, head.lines
    for more in chain([""], head.more):
        *pieces, rest = (buffer + more).split(head.end_of_row)
        # What follows the last of them is not all known yet.
        buffer = head.end_of_row.join([*pieces[-1:], rest])
        for piece, after in pairwise(pieces):
            line += piece.count("\n")
            yield piece, "line" if _begins_line(after) else "row"
        if len(buffer) > LONGEST_ROW:
            break
    piece, sign, rest = buffer.partition(head.end_of_row)
    if sign:
        yield piece, "line" if _begins_line(rest) else "row"
    if len(buffer) > LONGEST_ROW:
        raise _no_end(line + piece.count("\n"))
    yield rest if sign else piece, "file"


def _begins_line(text: str) -> bool:
    start = text[:_MOST_BLANKS].lstrip(" \t")
    return not start or start[0] == "\n" or start.startswith(_END)


def _no_end(line: int) -> PermanentError:
    return PermanentError(
        "row_too_long",
        "The feed cannot be read to its end: a row of it has no end within "
        f"{LONGEST_ROW // 1_000_000} million characters.",
        "Ask the vendor whether the sign that ends a row (EOR) is right. The offers before this "
        "place were read; nothing was withdrawn.",
        place=f"line {line}",
    )
