"""The text of a file piece by piece, for readers that work on characters."""

from codecs import getincrementaldecoder
from typing import BinaryIO

CHUNK_BYTES = 262_144


class DecodedText:
    """Letters that are not in the encoding become “�”: one of them is no reason to lose a feed."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._at_end = False
        self._decoder = getincrementaldecoder(encoding)(errors="replace")

    def read(self, at_least: int = 0) -> str:
        """About as much as was asked for; empty at the end of the file."""
        while not self._at_end:
            data = self._file.read(max(CHUNK_BYTES, at_least))
            self._at_end = not data
            text = self._decoder.decode(data, final=self._at_end)
            if text:
                return text
        return ""
