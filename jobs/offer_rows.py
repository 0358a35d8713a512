"""Offers in their table: what stands there now, and the upsert of a whole turn."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from jobs.claim_jobs import ClaimedJob
from jobs.driver import driver_connection
from jobs.json_rows import bytea, json_rows
from jobs.map_jobs import OfferData
from webapp.extensions import db
from webapp.offer_search import search_vector
from webapp.offers.summary import summary_of

Key = tuple[int, str]

# Lateral with an offset: always one index look-up an offer, whatever the planner believes of a
# table that has just been filled.
_CURRENT = text("""
    SELECT found.* FROM json_to_recordset(CAST(:rows AS json))
        AS wanted (source_id bigint, external_id text)
    CROSS JOIN LATERAL (
        SELECT source_id, external_id, sequence, version, content_hash, lifecycle, job_id, data
        FROM offers
        WHERE offers.source_id = wanted.source_id AND offers.external_id = wanted.external_id
        OFFSET 0 FOR UPDATE
    ) AS found
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
    "sync_status": "text",
    "raw_hash": "bytea",
    "content_hash": "bytea",
    "mapping_id": "bigint",
    "job_id": "bigint",
    "sequence": "bigint",
    "version": "bigint",
    "search": "tsvector",
}

_REPLACED = [name for name in _COLUMNS if name not in ("sequence", "version")]

# An older version never overwrites a newer one; what left the feed and is back is live again.
# The offers themselves come as a binary array beside the rows: as part of the rows' JSON each
# would be parsed twice.
_UPSERT = f"""
    INSERT INTO offers ({", ".join(_COLUMNS)}, data, first_seen_at, last_seen_at, changed_at)
    SELECT {", ".join(_COLUMNS)}, CAST(new.json AS jsonb), now(), now(), now()
    FROM ROWS FROM (
        json_to_recordset(CAST(%(rows)s AS json))
            AS ({", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())}),
        unnest(CAST(%(data)b AS text[]))
    ) AS new ({", ".join(_COLUMNS)}, json)
    ON CONFLICT (source_id, external_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in _REPLACED)},
        sequence = greatest(offers.sequence, excluded.sequence),
        version = coalesce(excluded.version, offers.version),
        data = excluded.data, last_seen_at = now(),
        changed_at = CASE WHEN offers.content_hash = excluded.content_hash
            AND offers.lifecycle <> 'withdrawn' THEN offers.changed_at ELSE now() END,
        lifecycle = 'live', absent_runs = 0, missing_since = NULL, withdrawn_at = NULL
    WHERE NOT is_older(excluded.version, excluded.sequence, offers.version, offers.sequence)
    RETURNING id, source_id, external_id, xmax = 0 AS is_new
"""


class OfferAppeared(Exception):
    """Another worker has made an offer of the turn since we looked: look again."""


@dataclass(slots=True)
class CurrentOffer:
    sequence: int
    version: int | None
    content_hash: bytes
    lifecycle: str
    job_id: int
    data: OfferData


@dataclass(slots=True)
class OfferWrite:
    job: ClaimedJob
    offer: OfferData
    # The offer as JSON with sorted keys, and its hash.
    json: bytes
    content_hash: bytes
    sync_status: str


def current_offers(jobs: Sequence[ClaimedJob]) -> dict[Key, CurrentOffer]:
    """The offers of the jobs as they stand, locked until the transaction ends."""
    wanted = [{"source_id": job.source_id, "external_id": job.external_id} for job in jobs]
    rows = db.session.execute(_CURRENT, {"rows": json_rows(wanted)})
    return {(source_id, external_id): CurrentOffer(*rest) for source_id, external_id, *rest in rows}


def upsert_parameters(writes: Sequence[OfferWrite]) -> dict[str, Any]:
    return {
        "rows": json_rows([_row(write) for write in writes]),
        "data": [write.json.decode() for write in writes],
    }


def upsert_offers(parameters: dict[str, Any], known: Container[Key]) -> dict[Key, int]:
    """Write all of them; returns the ids of those written (an older version isn't).

    :raise OfferAppeared: when one that isn't `known` exists by now; all must be rolled back then.
    """
    rows: Any = driver_connection().execute(_UPSERT, parameters)
    ids: dict[Key, int] = {}
    for id, source_id, external_id, is_new in rows:
        key = source_id, external_id
        if not is_new and key not in known:
            raise OfferAppeared
        ids[key] = id
    return ids


def _row(write: OfferWrite) -> dict[str, object]:
    job = write.job
    summary = summary_of(write.offer)
    return {
        "agency_id": job.agency_id,
        "source_id": job.source_id,
        "external_id": job.external_id,
        "reference": summary.reference,
        "title": summary.title,
        "status": summary.status,
        "category": summary.category,
        "type": summary.type,
        "deal": summary.deal,
        "price": None if summary.price is None else str(summary.price),
        "currency": summary.currency,
        "city": summary.city,
        "bedrooms": summary.bedrooms,
        "media_count": summary.media_count,
        "sync_status": write.sync_status,
        "raw_hash": bytea(job.raw_hash),
        "content_hash": bytea(write.content_hash),
        "mapping_id": job.mapping_id,
        "job_id": job.id,
        "sequence": job.sequence,
        "version": job.version,
        "search": search_vector(write.offer, summary),
    }
