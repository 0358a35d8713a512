"""One pass over a feed: the first records as samples, all of them counted, their ids compared."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from xxhash import xxh3_64_intdigest

from jobs.errors import PermanentError
from jobs.fetch.request import SpooledFile
from jobs.formats.facts import DocumentFacts
from jobs.formats.record import RawRecord, Record
from jobs.read_files import NOTHING, read_files
from webapp.offers.identity import id_text
from webapp.offers.paths import JMESPathError, value_at
from webapp.offers.reading import Reading

SAMPLE_RECORDS = 300
MOST_COMPARED = 2_000_000
"""Ids, 8 bytes each; beyond them nothing more is compared."""


@dataclass(slots=True)
class IdCheck:
    path: str
    hashes: "array[int]" = field(default_factory=lambda: array("Q"))
    missing: int = 0
    counts_up: bool = True
    """Whether they are 1, 2, 3 … so far."""

    def add(self, text: str, position: int) -> None:
        if not text:
            self.missing += 1
        elif len(self.hashes) < MOST_COMPARED:
            self.hashes.append(xxh3_64_intdigest(text.encode()))
        self.counts_up = self.counts_up and text in (str(position), str(position - 1))

    @property
    def duplicates(self) -> int:
        return len(self.hashes) - len(set(self.hashes))


@dataclass(slots=True)
class Sampled:
    """A feed of which the first records were read; `rest` are those behind them."""

    samples: list[Record]
    rest: Iterator[RawRecord]
    facts: DocumentFacts
    names: set[str] = field(default_factory=set)
    flaw: PermanentError | None = None


def sampled(
    files: Sequence[SpooledFile],
    reading: Reading,
    count: int = SAMPLE_RECORDS,
    *,
    header: Mapping[str, str] = NOTHING,
) -> Sampled:
    """What ends the reading early is kept as `flaw`, unless it ended before the first record."""
    facts = DocumentFacts()
    records = read_files(files, reading, facts=facts, header=header)
    found = Sampled([], records, facts)
    try:
        for raw in islice(records, count):
            found.samples.append(raw.as_dict())
    except PermanentError as error:
        if not found.samples:
            raise
        found.flaw = error
    return found


Watch = Callable[[Iterator[RawRecord]], Iterator[RawRecord]]
"""Passes records on and sees each of them, for whoever shows how far a long reading is."""


def compare_ids(found: Sampled, paths: Sequence[str], watch: Watch = iter) -> list[IdCheck]:
    """Reads the rest of the feed."""
    checks = [IdCheck(path) for path in paths]
    reads = [value_at(path) for path in paths]
    for position, record in enumerate(found.samples, start=1):
        found.names.add(str(record.get("#name", "")))
        for check, read in zip(checks, reads, strict=True):
            check.add(_id_in(read, record), position)
    position = len(found.samples)
    has_names = found.names != {""}
    try:
        for raw in watch(found.rest):
            position += 1
            if has_names:
                found.names.add(str(raw.as_dict().get("#name", "")))
            for check in checks:
                check.add(raw.text_at(check.path) or "", position)
    except PermanentError as error:
        found.flaw = error
    return checks


def _id_in(read: object, record: Record) -> str:
    try:
        return id_text(read(record)) if callable(read) else ""
    except JMESPathError:
        return ""


def spooled(path: Path) -> tuple[SpooledFile, ...]:
    return (SpooledFile(path, path.name),)
