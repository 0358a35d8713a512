"""What a file says of all its records, put into each of them: so that rules and conditions find it,
and a record counts as changed when the header has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson
from xxhash import xxh3_128_digest

from jobs.formats.facts import DocumentFacts
from jobs.formats.record import RawRecord, Record
from webapp.offers.paths import JMESPathError, value_at


def with_header(
    raw_records: Iterator[RawRecord], wanted: Mapping[str, str], facts: DocumentFacts
) -> Iterator[RawRecord]:
    """The records as they are, where nothing of the header is wanted (names and their paths)."""
    if not wanted:
        return raw_records
    return (HeadedRecord(raw, _values(wanted, facts.header)) for raw in raw_records)


@dataclass(slots=True)
class HeadedRecord:
    raw: RawRecord
    values: Record

    @property
    def position(self) -> int:
        return self.raw.position

    @property
    def line(self) -> int | None:
        return self.raw.line

    @property
    def size(self) -> int:
        return self.raw.size

    def fingerprint(self) -> bytes:
        return xxh3_128_digest(self.raw.fingerprint() + orjson.dumps(self.values))

    def text_at(self, path: str) -> str | None:
        return self.raw.text_at(path)

    def as_dict(self) -> Record:
        return self.raw.as_dict() | self.values

    def kept(self, *, as_dict: bool) -> Record | bytes:
        return self.as_dict()


def _values(wanted: Mapping[str, str], header: Record) -> Record:
    values: Record = {}
    for name, path in wanted.items():
        try:
            value = value_at(path)(header)
        except JMESPathError:
            continue
        if value is not None:
            values[name] = value
    return values
