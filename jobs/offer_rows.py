"""Offers in their table: what stands there now, and the upsert of a whole turn."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import text

from jobs.claim_jobs import ClaimedJob
from jobs.map_jobs import OfferData
from webapp.extensions import db
from webapp.offer_search import search_vector
from webapp.offers.summary import summary_of

Key = tuple[int, str]

_CURRENT = text("""
    SELECT offers.source_id, offers.external_id, offers.sequence, offers.content_hash,
        offers.lifecycle, offers.data
    FROM unnest(CAST(:source_ids AS bigint[]), CAST(:external_ids AS text[]))
        AS wanted (source_id, external_id)
    JOIN offers ON offers.source_id = wanted.source_id
        AND offers.external_id = wanted.external_id
    ORDER BY offers.id
    FOR UPDATE OF offers
""")

_COLUMNS = {
    "agency_id": "bigint",
    "source_id": "bigint",
    "external_id": "text",
    "reference": "text",
    "title": "text",
    "status": "text",
    "category": "text",
    "type": "text",
    "deal": "text",
    "price": "numeric",
    "currency": "text",
    "city": "text",
    "bedrooms": "int",
    "media_count": "int",
    "data": "jsonb",
    "sync_status": "text",
    "raw_hash": "bytea",
    "content_hash": "bytea",
    "mapping_id": "bigint",
    "job_id": "bigint",
    "sequence": "bigint",
    "search": "tsvector",
}

# An older version never overwrites a newer one; what left the feed and is back is live again.
_UPSERT = text(f"""
    INSERT INTO offers ({", ".join(_COLUMNS)}, first_seen_at, last_seen_at, changed_at)
    SELECT {", ".join(_COLUMNS)}, now(), now(), now()
    FROM unnest({", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _COLUMNS.items())})
        AS new ({", ".join(_COLUMNS)})
    ON CONFLICT (source_id, external_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)},
        last_seen_at = now(),
        changed_at = CASE WHEN offers.content_hash = excluded.content_hash
            AND offers.lifecycle <> 'withdrawn' THEN offers.changed_at ELSE now() END,
        lifecycle = 'live', absent_runs = 0, missing_since = NULL, withdrawn_at = NULL
    WHERE offers.sequence <= excluded.sequence
    RETURNING id, source_id, external_id
""")


@dataclass(slots=True)
class CurrentOffer:
    sequence: int
    content_hash: bytes
    lifecycle: str
    data: OfferData


@dataclass(slots=True)
class OfferWrite:
    job: ClaimedJob
    offer: OfferData
    content_hash: bytes
    sync_status: str


def current_offers(jobs: Sequence[ClaimedJob]) -> dict[Key, CurrentOffer]:
    """The offers of the jobs as they stand, locked until the transaction ends."""
    rows = db.session.execute(
        _CURRENT,
        {
            "source_ids": [job.source_id for job in jobs],
            "external_ids": [job.external_id for job in jobs],
        },
    )
    return {
        (source_id, external_id): CurrentOffer(*rest) for source_id, external_id, *rest in rows
    }


def upsert_offers(writes: Sequence[OfferWrite]) -> dict[Key, int]:
    """Write all of them; returns the ids of those written (an older version isn't)."""
    summaries = [summary_of(write.offer) for write in writes]
    rows = db.session.execute(
        _UPSERT,
        {
            "agency_id": [write.job.agency_id for write in writes],
            "source_id": [write.job.source_id for write in writes],
            "external_id": [write.job.external_id for write in writes],
            "reference": [summary.reference for summary in summaries],
            "title": [summary.title for summary in summaries],
            "status": [summary.status for summary in summaries],
            "category": [summary.category for summary in summaries],
            "type": [summary.type for summary in summaries],
            "deal": [summary.deal for summary in summaries],
            "price": [summary.price for summary in summaries],
            "currency": [summary.currency for summary in summaries],
            "city": [summary.city for summary in summaries],
            "bedrooms": [summary.bedrooms for summary in summaries],
            "media_count": [summary.media_count for summary in summaries],
            "data": [orjson.dumps(write.offer).decode() for write in writes],
            "sync_status": [write.sync_status for write in writes],
            "raw_hash": [write.job.raw_hash for write in writes],
            "content_hash": [write.content_hash for write in writes],
            "mapping_id": [write.job.mapping_id for write in writes],
            "job_id": [write.job.id for write in writes],
            "sequence": [write.job.sequence for write in writes],
            "search": [
                search_vector(write.offer, summary)
                for write, summary in zip(writes, summaries, strict=True)
            ],
        },
    )
    return {(source_id, external_id): id for id, source_id, external_id in rows}
