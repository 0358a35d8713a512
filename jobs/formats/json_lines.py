"""Reads JSON lines: one object a line; a broken line costs its own record alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from jobs.errors import PermanentError
from jobs.formats.decoded import DecodedText
from jobs.formats.dict_record import DictRecord
from jobs.formats.facts import DocumentFacts
from jobs.formats.json_text import MAX_VALUE_CHARS
from jobs.formats.record import Record
from jobs.formats.sniff import refuse_what_is_not, sniff_document
from jobs.formats.text_encoding import encoding_of_text
from webapp.bodies.json_values import (
    DECODER,
    JSONDecodeError,
    levels_exceed,
    parts_exceed,
    storable,
)
from webapp.bodies.named_pairs import name_pairs
from webapp.offers.reading import Reading

_EXCERPT_CHARS = 120
_JUDGED_FROM = 20
_BLANK = " \t\r\ufeff\x1e"


def read_jsonl(
    path: Path, reading: Reading, *, facts: DocumentFacts, ignore_paths: Sequence[str] = ()
) -> Iterator[DictRecord]:
    """Yields a broken line as a record without an id, which the run then counts as such.

    :raise PermanentError: no JSON lines at all: most lines are broken, or one has no end
    """
    sniffed = sniff_document(path)
    refuse_what_is_not("JSON", ("jsonl", "json"), sniffed, path.name)
    facts.encoding = encoding_of_text(path, reading.encoding, sniffed.byte_encoding)
    broken = read = 0
    with path.open("rb") as file:
        for line, text in _lines(DecodedText(file, facts.encoding)):
            record = _record(text)
            if record is None:
                broken += 1
                record = {"#problems": [_broken_line(text)]}
            facts.records += 1
            read += 1
            if read >= _JUDGED_FROM and broken * 2 > read:
                raise _mostly_broken(broken, read, line)
            record = name_pairs(record, reading.pairs)
            yield DictRecord(record, facts.records, line, ignore_paths)
    if broken * 2 > read:
        raise _mostly_broken(broken, read, 1)
    facts.complete = True


def _lines(decoded: DecodedText) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    number, rest = 1, ""
    while piece := decoded.read():
        *whole, rest = (rest + piece).split("\n")
        for text in whole:
            if stripped := text.strip(_BLANK):
                yield number, stripped
            number += 1
        if len(rest) > MAX_VALUE_CHARS:
            raise PermanentError(
                "value_too_large",
                "The feed cannot be read to its end: a line of it is longer than "
                f"{MAX_VALUE_CHARS // 1_000_000} million characters.",
                "Ask the vendor to write one offer a line. The offers before this place were "
                "read; nothing was withdrawn.",
                place=f"line {number}",
            )
    if stripped := rest.strip(_BLANK):
        yield number, stripped


def _record(text: str) -> Record | None:
    if parts_exceed(text):
        return None
    try:
        value = DECODER.decode(text.removesuffix(","))
    except (JSONDecodeError, RecursionError):
        return None
    if type(value) is not dict or levels_exceed(value, text):
        return None
    return dict(storable(value, text))


def _broken_line(text: str) -> dict[str, str]:
    shown = "".join(c if c.isprintable() else " " for c in text[:_EXCERPT_CHARS])
    return {"code": "record_unreadable", "field": "", "raw": shown}


def _mostly_broken(broken: int, read: int, line: int) -> PermanentError:
    return PermanentError(
        "not_json_lines",
        f"The feed does not hold one JSON object a line: {broken:,} of {read:,} lines are broken.",
        "Choose the matching file format in the source's settings, or ask the vendor to repair "
        "the export. Nothing was withdrawn.",
        place=f"line {line}",
    )
