"""Reading the sample of a source's records that looks, dry runs and runs leave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import zstandard

from webapp.extensions import db
from webapp.models import Source, SourceSample


@dataclass(frozen=True, slots=True)
class Sample:
    records: list[dict[str, Any]]
    profile: list[dict[str, Any]]
    """Of each path "path", "presence", "distinct", "most_in_one_record", "guess", "examples"."""
    looked_at: int
    taken_at: datetime


def sample_of(source: Source) -> Sample | None:
    """Of a source that the caller has scoped."""
    row = db.session.get(SourceSample, source.id)
    if row is None:
        return None
    records = orjson.loads(zstandard.decompress(row.records))
    return Sample(records, row.profile, row.looked_at, row.taken_at)
