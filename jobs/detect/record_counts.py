"""How many records each of the places holds where a feed's records may be."""

from collections.abc import Sequence
from itertools import islice
from time import monotonic

from jobs.errors import PermanentError
from jobs.fetch.request import SpooledFile
from jobs.formats.facts import DocumentFacts
from jobs.read_files import read_files
from webapp.offers.reading import Reading

MOST_COUNTED = 20_000
MOST_PLACES = 6
MOST_SECONDS = 5.0
"""Of all places together; those behind them are left out."""


def record_counts(
    files: Sequence[SpooledFile], readings: Sequence[Reading]
) -> list[tuple[str, int]]:
    """Path and count, in the order of the readings; what holds no record is left out."""
    began = monotonic()
    counts: list[tuple[str, int]] = []
    for reading in readings[:MOST_PLACES]:
        path = " | ".join(reading.record_paths)
        if not path or any(path == known for known, _ in counts):
            continue
        if monotonic() - began > MOST_SECONDS:
            break
        count = 0
        try:
            for _ in islice(read_files(files, reading, facts=DocumentFacts()), MOST_COUNTED):
                count += 1
        except PermanentError:
            # As far as it can be read.
            pass
        if count:
            counts.append((path, count))
    return counts
