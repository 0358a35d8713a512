"""Bounds what a reader notes of a document's header, as anything may stand before the records."""

from dataclasses import dataclass

MOST_ENTRIES = 200
MOST_CHARS = 65_536


@dataclass(slots=True)
class HeaderRoom:
    entries: int = MOST_ENTRIES
    chars: int = MOST_CHARS

    def takes(self, entries: int, chars: int) -> bool:
        """Whether there is still room for this much; if so it is taken."""
        if entries > self.entries or chars > self.chars:
            return False
        self.entries -= entries
        self.chars -= chars
        return True
