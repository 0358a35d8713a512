"""What a source's offers were made of, and what was refused last, as a feed of its own: a remap
reads these records instead of asking the vendor."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import text
from zstandard import ZstdDecompressor

from jobs.formats.record import Record
from jobs.json_rows import json_rows
from jobs.mappings import mapping_document
from webapp.extensions import db
from webapp.models import Source
from webapp.offers.enumerations import collected_words
from webapp.offers.transforms.words import folded
from webapp.services.value_decisions import value_tables

PAGE_RECORDS = 200

# In the order of the ids, so that whoever was interrupted goes on behind the last one. A record
# that was refused is newer than the one its offer is still made of; of an offer that was withdrawn
# it counts only if it came after that.
_PAGE = """
    SELECT page.external_id, page.sequence, page.raw_hash, coalesce(jobs.position, 0), jobs.line,
        offer_records.payload
    FROM (
        (SELECT external_id, sequence, raw_hash, job_id FROM offers
        WHERE source_id = :source_id AND lifecycle = 'live' AND external_id > :behind
            AND NOT EXISTS (
                SELECT FROM rejections WHERE rejections.source_id = :source_id
                    AND rejections.external_id = offers.external_id
            ) AND {offers}
        ORDER BY external_id LIMIT :most)
        UNION ALL
        (SELECT refused.external_id, job.sequence, refused.raw_hash, refused.job_id
        FROM rejections AS refused JOIN offer_jobs AS job ON job.id = refused.job_id
        LEFT JOIN offers ON offers.source_id = :source_id
            AND offers.external_id = refused.external_id
        WHERE refused.source_id = :source_id AND refused.external_id > :behind
            AND (offers.id IS NULL OR offers.lifecycle = 'live'
                OR (offers.lifecycle = 'withdrawn' AND job.created_at > offers.withdrawn_at))
            AND {refused}
        ORDER BY refused.external_id LIMIT :most)
    ) AS page
    JOIN offer_records ON offer_records.id = page.job_id
    LEFT JOIN offer_jobs AS jobs ON jobs.id = page.job_id
    ORDER BY page.external_id LIMIT :most
"""

# Records with one of the problems: those that an issue groups.
_TROUBLED = """EXISTS (
    SELECT FROM problems JOIN json_to_recordset(CAST(:problems AS json))
        AS wanted (code text, field text)
        ON wanted.code = problems.code AND wanted.field = problems.field
    WHERE problems.source_id = :source_id AND problems.external_id = {table}.external_id
)"""
_EVERY_PAGE = text(_PAGE.format(offers="true", refused="true"))
_TROUBLED_PAGE = text(
    _PAGE.format(offers=_TROUBLED.format(table="offers"), refused=_TROUBLED.format(table="refused"))
)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A raw record with the id, the hash and the sequence that it has been known by so far."""

    external_id: str
    sequence: int
    raw_hash: bytes
    position: int
    line: int | None
    record: Record
    size: int
    """In bytes, as JSON."""


def stored_records(
    source_id: int, remap: dict[str, Any], *, behind: str = ""
) -> Iterator[StoredRecord]:
    """The records that a remap (in the form of sources.remap_due) is about; `behind`: only those
    whose id comes after it. Doesn't commit; its reader may, between any two of them."""
    is_meant = _holds_words(source_id, remap["values"]) if "values" in remap else _always
    page, wanted = _EVERY_PAGE, {}
    if "problems" in remap:
        page = _TROUBLED_PAGE
        pairs = [{"code": code, "field": field} for code, field in remap["problems"]]
        wanted = {"problems": json_rows(pairs)}
    decompressor = ZstdDecompressor()
    while True:
        parameters = {"source_id": source_id, "behind": behind, "most": PAGE_RECORDS}
        rows = db.session.execute(page, parameters | wanted).all()
        for external_id, sequence, raw_hash, position, line, payload in rows:
            content = decompressor.decompress(payload)
            record: Record = orjson.loads(content)
            if is_meant(record):
                yield StoredRecord(
                    external_id, sequence, raw_hash, position, line, record, len(content)
                )
        if len(rows) < PAGE_RECORDS:
            return
        behind = rows[-1].external_id


def _always(record: Record) -> bool:
    return True


def _holds_words(source_id: int, words: dict[str, list[str]]) -> Callable[[Record], bool]:
    """Whether the source's rules look up one of the words, by table, in a record."""
    wanted = {(table, folded(word)) for table, listed in words.items() for word in listed}
    mapping_id = db.session.get_one(Source, source_id).mapping_id
    assert mapping_id is not None
    words_of = collected_words(mapping_document(mapping_id), value_tables(source_id))
    return lambda record: any((table, folded(raw)) in wanted for table, raw in words_of(record))
