"""Reads the records of a JSON document as a stream, wherever in it they are."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from jobs.formats.dict_record import DictRecord
from jobs.formats.facts import DocumentFacts
from jobs.formats.json_text import JsonText
from jobs.formats.json_walk import JsonWalk
from jobs.formats.record import Record
from jobs.formats.sniff import refuse_what_is_not, sniff_document
from jobs.formats.text_encoding import encoding_of_text
from webapp.bodies.json_path import branches_of
from webapp.bodies.named_pairs import name_pairs
from webapp.offers.reading import Reading

# OData counts all pages by it, never this one alone.
_COUNT_NAMES = frozenset(
    ("count", "total", "totalcount", "totalrecords", "totalitems", "recordcount", "resultcount")
) | {"listingcount", "listingscount", "propertycount", "offercount", "offerscount", "anzahl"}
_PAGE_WORDS = ("page", "next", "offset", "limit", "skip", "cursor", "previous", "perpage")


def read_json(
    path: Path, reading: Reading, *, facts: DocumentFacts, ignore_paths: Sequence[str] = ()
) -> Iterator[DictRecord]:
    """Yields the objects at the record paths; several documents in one file are read in turn.

    :raise PermanentError: no JSON at all, or not well formed (`place` says line and record)
    """
    sniffed = sniff_document(path)
    refuse_what_is_not("JSON", ("json", "jsonl"), sniffed, path.name)
    facts.encoding = encoding_of_text(path, reading.encoding, sniffed.byte_encoding)
    with path.open("rb") as file:
        text = JsonText(file, facts.encoding)
        walk = JsonWalk(text, facts.header)
        branches = branches_of(reading.record_paths)
        while text.peek():
            for record, line in walk.records(branches):
                facts.records += 1
                text.records = facts.records
                record = name_pairs(record, reading.pairs)
                yield DictRecord(record, facts.records, line, ignore_paths)
            facts.declared_count = declared_count(facts.header)
    facts.complete = True


def declared_count(header: Record) -> int | None:
    """How many records the document itself says it has; nothing when it is one page of several."""
    members = list(_plain_members(header))
    if any(word in name for name, _ in members for word in _PAGE_WORDS):
        return None
    return next(
        (value for name, value in members if name in _COUNT_NAMES and type(value) is int), None
    )


def _plain_members(header: Record) -> Iterator[tuple[str, object]]:
    for name, value in header.items():
        yield name.lower().replace("_", "").replace("-", "").lstrip("@"), value
        if isinstance(value, dict):
            yield from _plain_members(value)
