"""A JSON document as a stream: only the value that is being decoded is ever in memory."""

import re
from typing import Any, BinaryIO

from jobs.errors import PermanentError
from jobs.formats.decoded import DecodedText
from webapp.bodies.json_values import (
    DECODER,
    MOST_LEVELS,
    MOST_PARTS,
    JSONDecodeError,
    levels_exceed,
    parts_exceed,
    storable,
)

MAX_VALUE_CHARS = 16_000_000
SMALL_VALUE_CHARS = 65_536
_NEAR_END = 64
_SPACE = re.compile(r"[ \t\r\n\ufeff\x1e]*")
_SKIPPED = re.compile(r'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.S)
_KEPT = "The offers before this place were read; nothing was withdrawn."


class TooLargeError(Exception):
    """The value does not fit into what was asked for; nothing of it has been consumed."""


class JsonText:
    """Where the reading stands in a document; what lies behind it is forgotten."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self.records = 0
        """Set by the reader, to say where an error is."""
        self._decoded = DecodedText(file, encoding)
        self._text = ""
        self._at = 0
        self._lines_before = 1
        self._counted_to = 0

    @property
    def line(self) -> int:
        self._lines_before += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._lines_before

    def peek(self) -> str:
        """The next character that counts; empty at the end of the document."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_more():
                return ""

    def take(self, character: str) -> bool:
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def expect(self, character: str) -> None:
        if not self.take(character):
            raise self.broken(f"a “{character}” is missing")

    def value(self, most: int = MAX_VALUE_CHARS) -> tuple[Any, int]:
        """The value that begins here, and how many characters it took.

        :raise TooLargeError: longer than `most`, when that is not the limit of all values
        """
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except JSONDecodeError as error:
                self._continue_after(error, most)
                continue
            except RecursionError:
                raise self._too_deep() from None
            # A number may go on in what has not been read yet.
            if end < len(self._text) or not self._read_more():
                break
        source = self._text[self._at : end]
        if levels_exceed(value, source):
            raise self._too_deep()
        self._at = end
        return storable(value, source), len(source)

    def skip(self) -> None:
        """Over the value that begins here, however long it is."""
        if self.peek() not in ("{", "["):
            self.value()
            return
        depth = 0
        while True:
            found = _SKIPPED.match(self._text, self._at)
            if found is None or found.end() == len(self._text):
                if len(self._text) - self._at > MAX_VALUE_CHARS:
                    raise self._too_large()
                if self._read_more():
                    continue
                if found is None:
                    raise self._cut()
            self._at = found.end()
            depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(found.group(), 0)
            if depth == 0:
                return
            if depth > MOST_LEVELS:
                raise self._too_deep()

    def key(self) -> str:
        """The name of the next member, with its colon."""
        if self.peek() != '"':
            raise self.broken("the name of a value is missing")
        key = str(self.value()[0])
        self.expect(":")
        return key

    def goes_on(self, closing: str) -> bool:
        """Behind a member or an item: whether another one follows before the closing bracket."""
        if self.take(","):
            # A comma before the bracket is no JSON, but there is nothing to misunderstand.
            return not self.take(closing)
        if self.take(closing):
            return False
        raise self.broken(f"a comma or “{closing}” is missing")

    def broken(self, said: str) -> PermanentError:
        return self._broken(said, self._at) if self.peek() else self._cut()

    def _read_more(self) -> bool:
        self._lines_before = self.line
        rest = self._text[self._at :]
        more = self._decoded.read(len(rest))
        self._text, self._at, self._counted_to = rest + more, 0, 0
        return bool(more)

    def _continue_after(self, error: JSONDecodeError, most: int) -> None:
        """Read on when the value may only be cut off by the end of what was read so far."""
        is_open = error.msg.startswith("Unterminated string") or (
            error.pos >= len(self._text) - _NEAR_END
        )
        if not is_open:
            raise self._broken(error.msg, error.pos)
        if len(self._text) - self._at > most or parts_exceed(self._text[self._at :]):
            if most < MAX_VALUE_CHARS:
                raise TooLargeError
            raise self._too_large()
        position = error.pos - self._at
        if not self._read_more():
            if len(self._text) - position > _NEAR_END:
                raise self._broken(error.msg, position)
            raise self._cut()

    def _cut(self) -> PermanentError:
        return self._error(
            "not_well_formed",
            "the file ends before its last value is complete, so a part is missing",
            f"Ask the vendor whether the export finished. {_KEPT}",
        )

    def _broken(self, said: str, position: int) -> PermanentError:
        around = self._text[max(position - 20, 0) : position + 20]
        excerpt = "".join(c if c.isprintable() else " " for c in around).strip()
        at = self.line + self._text.count("\n", self._at, position)
        return self._error(
            "not_well_formed",
            f"it is not well-formed JSON ({said[:1].lower()}{said[1:]}, at “{excerpt}”)",
            f"Ask the vendor to repair the export. {_KEPT}",
            line=at,
        )

    def _too_large(self) -> PermanentError:
        return self._error(
            "value_too_large",
            f"a single value in it is longer than {MAX_VALUE_CHARS // 1_000_000} million "
            f"characters, or has more than {MOST_PARTS:,} parts",
            "Check in the source's format which value is one offer, and ask the vendor to send "
            f"large content as a link. {_KEPT}",
        )

    def _too_deep(self) -> PermanentError:
        return self._error(
            "too_deep",
            f"its values are nested more than {MOST_LEVELS} levels deep",
            f"Ask the vendor to repair the export. {_KEPT}",
        )

    def _error(self, code: str, reason: str, hint: str, line: int | None = None) -> PermanentError:
        return PermanentError(
            code,
            f"The feed cannot be read to its end: {reason}.",
            hint,
            place=f"line {line or self.line}, record {self.records + 1}",
        )
