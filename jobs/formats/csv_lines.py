"""The physical lines of a text file for the reader of rows, which may give lines back that it took
for one row by mistake."""

from collections import deque
from collections.abc import Iterator

from jobs.errors import PermanentError
from jobs.formats.decoded import DecodedText
from jobs.formats.text_pieces import text_pieces

LONGEST_LINE = 4_000_000
_MOST_ROW_CHARS = 4_000_000
_MOST_ROW_LINES = 1_000
_FEWEST_ROW_LINES = 20


class RowHasNoEndError(Exception):
    """A row went on for so many lines that its quote must be a stray one."""


class CsvLines:
    """Iterates over lines that end with "\\n", whatever ended them in the file."""

    def __init__(self, decoded: DecodedText) -> None:
        self._ahead: deque[str] = deque()
        self._more = _lines(decoded)
        self._patience = _MOST_ROW_LINES
        self._row_chars = 0
        self.taken: list[str] = []
        """The lines of the current row so far."""
        self.last_number = 0
        """Of the line taken last, in the file."""

    def __iter__(self) -> "CsvLines":
        return self

    def __next__(self) -> str:
        if self.taken:
            self._row_chars += len(self.taken[-1])
            if len(self.taken) >= self._patience or self._row_chars > _MOST_ROW_CHARS:
                # A file full of stray quotes would be read a thousand times over.
                self._patience = max(self._patience // 2, _FEWEST_ROW_LINES)
                raise RowHasNoEndError
        line = self._ahead.popleft() if self._ahead else next(self._more)
        self.taken.append(line)
        self.last_number += 1
        return line

    def begin_row(self) -> None:
        self.taken = []
        self._row_chars = 0

    def give_back(self, lines: list[str]) -> None:
        """The last ones taken, in their order."""
        self._ahead.extendleft(reversed(lines))
        self.last_number -= len(lines)


def _lines(decoded: DecodedText) -> Iterator[str]:
    number, rest = 0, ""
    for piece in text_pieces(decoded):
        *whole, rest = (rest + piece).split("\n")
        for line in whole:
            number += 1
            if len(line) > LONGEST_LINE:
                raise _too_long(number)
            yield line + "\n"
        if len(rest) > LONGEST_LINE:
            raise _too_long(number + 1)
    if rest:
        yield rest


def _too_long(number: int) -> PermanentError:
    return PermanentError(
        "line_too_long",
        "The feed cannot be read to its end: a line of it is longer than "
        f"{LONGEST_LINE // 1_000_000} million characters.",
        "Ask the vendor to write one offer a line. The offers before this place were read; "
        "nothing was withdrawn.",
        place=f"line {number}",
    )
