"""Deliveries into their tables, each in one statement: accepted under its message's key, which no
other delivery of the source may have, or refused with its cause."""

import hashlib
from dataclasses import dataclass

import orjson
import zstandard

from webapp.hooks.arrivals import Arrival, Door
from webapp.hooks.database import row_of
from webapp.hooks.headers import kept_headers
from webapp.hooks.verification import RefusalCause
from webapp.message_keys import message_key
from webapp.models import DeliveryState, SourceStatus
from webapp.queues import ring_for_delivery

COMPRESSION_LEVEL = 1
# Of a refused request; a stranger's bytes are not worth more.
MOST_REFUSED_BYTES = 16 * 1024
# A length may be claimed beyond what the column holds.
MOST_CLAIMED_BYTES = 2**63 - 1

_KEEP = """
    WITH delivery AS (
        INSERT INTO deliveries (agency_id, source_id, message_key, body_sha256, state, cause,
            cause_detail, http_status, bytes, sequence, received_at, finished_at)
        VALUES (%(agency_id)s, %(source_id)s, %(message_key)s, %(sha256)s, %(state)s, %(cause)s,
            %(detail)s, %(status)s, %(bytes)s, %(sequence)s, %(at)s, %(finished_at)s)
        ON CONFLICT (source_id, message_key) WHERE message_key IS NOT NULL DO NOTHING
        RETURNING id
    )
    INSERT INTO delivery_requests (delivery_id, method, content_type, remote_address, headers, body)
    SELECT id, %(method)s, %(content_type)s, %(address)s, CAST(%(headers)s AS jsonb), %(body)s
    FROM delivery
    RETURNING delivery_id
"""
_REPEATED = """
    UPDATE deliveries SET
        repeats = repeats + CASE WHEN body_sha256 = %(sha256)s THEN 1 ELSE 0 END,
        repeated_at = CASE WHEN body_sha256 = %(sha256)s THEN now() ELSE repeated_at END
    WHERE source_id = %(source_id)s AND message_key = %(message_key)s
    RETURNING id, body_sha256 = %(sha256)s AS is_same
"""
# As much work for the database as keeping a refusal: a commit that reaches the disk.
_PRETEND = "SELECT pg_logical_emit_message(true, 'offerdock', repeat('-', 600))"


@dataclass(frozen=True, slots=True)
class Kept:
    delivery_id: int
    is_repeated: bool = False
    conflicts: bool = False
    """The message of `delivery_id` had another body."""


def keep_delivery(come: Arrival, door: Door) -> Kept:
    """And ring for it: what is acknowledged is durable."""
    digest = hashlib.sha256(come.body).digest()
    key = message_key(come.settings, come.request.headers, digest)
    is_waiting = door.status in (SourceStatus.SETUP, SourceStatus.PAUSED)
    state = DeliveryState.WAITING if is_waiting else DeliveryState.ACCEPTED
    known = _insert(come, door, state, key=key, sha256=digest, status=202)
    if known is not None:
        if not is_waiting:
            ring_for_delivery(known)
        return Kept(known)
    row = row_of(_REPEATED, source_id=door.source_id, message_key=key, sha256=digest)
    if row is None:
        # It was forgotten just now: then this one is the first.
        return keep_delivery(come, door)
    return Kept(row.id, is_repeated=True, conflicts=not row.is_same)


def keep_refusal(come: Arrival, cause: RefusalCause, status: int, detail: str = "") -> int | None:
    """None when there is no such webhook, whose requests nobody keeps."""
    if come.door is None:
        row_of(_PRETEND)
        return None
    return _insert(
        come, come.door, DeliveryState.REFUSED, cause=cause, detail=detail, status=status
    )


def _insert(
    come: Arrival,
    door: Door,
    state: DeliveryState,
    *,
    status: int,
    key: str | None = None,
    sha256: bytes | None = None,
    cause: RefusalCause | None = None,
    detail: str = "",
) -> int | None:
    """None when the source has a delivery of that key."""
    body = come.body if cause is None else come.body[:MOST_REFUSED_BYTES]
    request = come.request
    row = row_of(
        _KEEP,
        agency_id=door.agency_id,
        source_id=door.source_id,
        message_key=key,
        sha256=sha256,
        state=state,
        cause=cause,
        detail=detail,
        status=status,
        bytes=len(come.body) or min(request.content_length or 0, MOST_CLAIMED_BYTES),
        sequence=int(come.arrived_at.timestamp() * 1_000_000),
        at=come.arrived_at,
        finished_at=come.arrived_at if state is DeliveryState.REFUSED else None,
        method=request.method[:20],
        content_type=(request.content_type or "")[:200].replace("\0", ""),
        address=come.address,
        headers=orjson.dumps(kept_headers(request, come.settings)).decode(),
        body=zstandard.compress(body, COMPRESSION_LEVEL),
    )
    return row.delivery_id if row is not None else None
