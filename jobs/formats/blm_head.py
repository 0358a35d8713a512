"""The beginning of a BLM file: what separates cells and rows in it, and the names of its
columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobs.errors import PermanentError
from jobs.formats.decoded import DecodedText
from jobs.formats.table_header import unique_names
from jobs.formats.text_pieces import text_pieces

_MOST_CHARS = 1_000_000
_MOST_FACTS = 50
_PARTS = re.compile(r"\s*#HEADER#(.*?)#DEFINITION#(.*?)#DATA#[ \t]*\n?", re.S | re.I)
_FACT = re.compile(r"^[ \t]*([A-Za-z][A-Za-z _]{0,30}?)[ \t]*:[ \t]*(.{0,200}?)[ \t]*$", re.M)


@dataclass(frozen=True, slots=True)
class BlmHead:
    facts: dict[str, str]
    """Of its header: `version`, `property count`."""
    end_of_field: str
    end_of_row: str
    columns: tuple[str, ...]
    lines: int
    """The line that the data begin in."""
    rest: str
    """What was read of the data already."""
    more: Iterator[str]

    @property
    def declared_count(self) -> int | None:
        count = self.facts.get("property count", "")
        return int(count) if re.fullmatch("[0-9]{1,9}", count) else None


def read_head(decoded: DecodedText, place: str) -> BlmHead:
    """:raise PermanentError: a part of it is missing"""
    more, text = text_pieces(decoded), ""
    found = None
    while found is None and len(text) < _MOST_CHARS:
        piece = next(more, "")
        text += piece
        found = _PARTS.match(text)
        if not piece:
            break
    if found is None:
        missing = [mark for mark in ("#HEADER#", "#DEFINITION#", "#DATA#") if mark not in text]
        raise _wrong(f"the part {' and '.join(missing) or '#HEADER#'} is missing", place)
    facts = {
        " ".join(name.lower().replace("_", " ").split()): value
        for name, value in _FACT.findall(found.group(1))[:_MOST_FACTS]
    }
    end_of_field = _sign(facts, "eof", "the end of a cell (EOF)", place)
    end_of_row = _sign(facts, "eor", "the end of a row (EOR)", place)
    if end_of_field == end_of_row:
        raise _wrong("the same sign ends cells (EOF) and rows (EOR)", place)
    names = found.group(2).partition(end_of_row)[0].strip().split(end_of_field)
    while names and not names[-1].strip():
        names.pop()
    if len(names) < 2:
        raise _wrong("#DEFINITION# names no columns", place)
    return BlmHead(
        facts=facts,
        end_of_field=end_of_field,
        end_of_row=end_of_row,
        columns=unique_names(names, place),
        lines=text[: found.end()].count("\n") + 1,
        rest=text[found.end() :],
        more=more,
    )


def _sign(facts: dict[str, str], name: str, words: str, place: str) -> str:
    value = facts.get(name, "")
    sign = value[1:-1] if len(value) > 2 and value[0] == value[-1] and value[0] in "'\"" else value
    if not sign or len(sign) > 5 or sign.isalnum():
        raise _wrong(f"#HEADER# does not say which sign is {words}", place)
    return sign


def _wrong(reason: str, place: str) -> PermanentError:
    return PermanentError(
        "wrong_blm",
        f"The file is not built like BLM: {reason}.",
        "Ask the vendor for a Rightmove BLM file of version 3. Nothing was withdrawn.",
        place=place,
    )
