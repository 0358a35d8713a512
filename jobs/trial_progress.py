"""How far a trial has come, shown at most every second; at the same moments its worker hears that
nobody waits for it any more."""

from collections.abc import Iterator
from time import monotonic
from typing import TypeVar

from jobs.claim_trials import ClaimedTrial, show_progress
from jobs.formats.record import RawRecord
from jobs.stored_records import StoredRecord

EVERY_SECONDS = 1.0
AnyRecord = TypeVar("AnyRecord", RawRecord, StoredRecord)


class TrialProgress:
    def __init__(self, trial: ClaimedTrial) -> None:
        self._trial = trial
        self._shown = monotonic()
        self._bytes = self._bytes_read = self._read = 0

    def fetched(self, received: int, announced: int | None) -> None:
        """:raise TrialStopped: as all of these do, when the trial isn't ours any more"""
        self._bytes, self._bytes_read = announced or 0, received
        self._show_in_time()

    def begin_reading(self, bytes: int) -> None:
        self._bytes, self._bytes_read, self._read = bytes, 0, 0
        self._show()

    def watching(self, raw_records: Iterator[AnyRecord]) -> Iterator[AnyRecord]:
        """Passes the records on, and counts them."""
        for raw in raw_records:
            self._read += 1
            self._bytes_read += raw.size
            if not self._read % 100:
                self._show_in_time()
            yield raw

    def _show_in_time(self) -> None:
        if monotonic() - self._shown >= EVERY_SECONDS:
            self._show()

    def _show(self) -> None:
        self._shown = monotonic()
        show_progress(
            self._trial,
            bytes=self._bytes,
            bytes_read=min(self._bytes_read, self._bytes or self._bytes_read),
            read=self._read,
        )
