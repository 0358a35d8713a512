"""Before a run uses anything of a file: whether the file is of the kind that the source's sample
was taken of."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import READERS, read_feed
from jobs.formats.record import RawRecord, Record
from jobs.formats.sniff import SniffedDocument, sniff_document
from jobs.stage import CHUNK_BYTES
from webapp.extensions import db
from webapp.models import SourceSample
from webapp.offers.drift import Drift, Presence, drift
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.proposals.profile import presence_of
from webapp.offers.reading import Reading

LOOKED_AT = 100
MOST_LISTED = 50


class Drifted(Exception):
    """The file is of another kind than before; `difference` is what runs.drift says of it."""

    def __init__(self, difference: dict[str, Any]) -> None:
        super().__init__(difference)
        self.difference = difference


def usual_presence(source_id: int) -> Presence:
    """Of the source's sample; empty where there is none."""
    profile = db.session.scalar(
        select(SourceSample.profile).where(SourceSample.source_id == source_id)
    )
    return {at["path"]: at["presence"] for at in profile or ()}


def checked(
    raw_records: Iterator[RawRecord], usual: Presence, document: MappingDocument
) -> Iterator[RawRecord]:
    """Passes the records on; fewer than a chunk of them before it has decided.

    :raise Drifted: among the first records
    """
    seen: list[Record] = []
    size = 0
    for raw in raw_records:
        seen.append(raw.as_dict())
        size += raw.size
        if len(seen) == LOOKED_AT or size >= CHUNK_BYTES:
            _decide(seen, usual, document)
            yield raw
            yield from raw_records
            return
        yield raw
    _decide(seen, usual, document)


def other_kind(path: Path, reading: Reading, error: PermanentError) -> Exception:
    """What to end with when nothing could be read of a file: that it is of another kind than the
    source's files were, where it is a feed all the same, or else the reader's own error."""
    sniffed = sniff_document(path)
    found = sniffed.kind
    if found in READERS and found != reading.container and _has_records(path, sniffed):
        return Drifted({"expected": reading.container, "found": found})
    roots = [at.strip("/").partition("/")[0] for at in reading.record_paths]
    if roots and found == reading.container == "xml" and {sniffed.root, "*", ""}.isdisjoint(roots):
        return Drifted({"expected": f"<{roots[0]}>", "found": f"<{sniffed.root}>"})
    return error


def _decide(seen: list[Record], usual: Presence, document: MappingDocument) -> None:
    if seen:
        now = presence_of(seen)
        found = drift(usual, now, len(seen), document)
        if found is not None:
            raise Drifted(_difference(found, usual, now))


def _difference(found: Drift, usual: Presence, now: Presence) -> dict[str, Any]:
    return {
        "gone": [{"path": path, "share": usual[path]} for path in found.gone[:MOST_LISTED]],
        "new": [{"path": path, "share": round(now[path], 3)} for path in found.new[:MOST_LISTED]],
    }


def _has_records(path: Path, sniffed: SniffedDocument) -> bool:
    """Any text with a comma may be a table; a sentence about an error is none."""
    if sniffed.kind != "csv":
        return True
    try:
        rows = list(islice(read_feed(path, Reading(container="csv"), facts=DocumentFacts()), 2))
    except PermanentError:
        return False
    return len(rows) == 2 and all(len(row.as_dict()) > 1 for row in rows)
