"""The sample of a source's records that looks and runs leave for the pages: what people see while
they map, with every secret masked."""

from collections.abc import Iterable, Iterator
from itertools import islice

import orjson
import zstandard
from sqlalchemy.dialects.postgresql import insert

from jobs.formats.record import RawRecord, Record
from jobs.json_rows import storable
from webapp.extensions import db
from webapp.models import SourceSample, utc_now
from webapp.offers.proposals.profile import profile_of
from webapp.offers.secrets import masked_record

MOST_RECORDS = 50
MOST_BYTES = 4 * 1024**2
"""Of the records as JSON; the first one is kept in any case."""


def store_sample(source_id: int, looked_at: Iterable[Record]) -> None:
    """The first records of those that were looked at, and a profile of all. Doesn't commit."""
    records: list[Record] = [masked_record(record) for record in looked_at]
    if not records:
        return
    profile = profile_of(records)
    row = {
        "source_id": source_id,
        "records": zstandard.compress(b"[" + b",".join(_kept(records)) + b"]"),
        "profile": [storable(at.described(profile.records)) for at in profile.paths.values()],
        "looked_at": len(records),
        "taken_at": utc_now(),
    }
    statement = insert(SourceSample).values(row)
    db.session.execute(statement.on_conflict_do_update(index_elements=["source_id"], set_=row))


def sampling(raw_records: Iterator[RawRecord], samples: list[Record]) -> Iterator[RawRecord]:
    """Passes all records on, the first of them into `samples` too."""
    for raw in islice(raw_records, MOST_RECORDS):
        samples.append(raw.as_dict())
        yield raw
    yield from raw_records


def _kept(records: list[Record]) -> Iterator[bytes]:
    size = 0
    for number, record in enumerate(records[:MOST_RECORDS]):
        serialised = orjson.dumps(storable(record))
        size += len(serialised)
        if number and size > MOST_BYTES:
            return
        yield serialised
