"""What every reader yields: one record of a feed, its parts made only on demand."""

from typing import Protocol

from webapp.bodies.record import Record

__all__ = ["RawRecord", "Record"]


class RawRecord(Protocol):
    """Valid until the reader's next step."""

    @property
    def position(self) -> int:
        """Counted from 1 over the whole run."""

    @property
    def line(self) -> int | None:
        """Of the file, where it has lines."""

    @property
    def size(self) -> int:
        """In bytes, roughly as in the file."""

    def fingerprint(self) -> bytes:
        """16 bytes that change when anything but the ignore paths changes."""

    def text_at(self, path: str) -> str | None:
        """The stripped text of the first value at a path."""

    def as_dict(self) -> Record: ...

    def kept(self, *, as_dict: bool) -> Record | bytes:
        """The record as it may be kept beyond the next step; bytes, where those are cheaper and
        no dict is asked for, become one by `record_from_content`."""
