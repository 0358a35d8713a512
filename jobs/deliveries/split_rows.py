"""What deliveries came to, into the database: offer jobs, refusals, the deliveries' states, the
bell for what comes next."""

from collections.abc import Sequence

from sqlalchemy import text

from jobs.deliveries.cut import Split
from jobs.job_rows import copy_jobs
from jobs.json_rows import json_rows
from jobs.problem_rows import insert_problems
from webapp.delivery_causes import WorkCause
from webapp.extensions import db
from webapp.models import DeliveryState, Source
from webapp.services.deliveries import ring_for_fetch
from webapp.services.receipts import ring_for_receipts
from webapp.services.remaps import READING, ask_for_remap

_WRITE = text("""
    UPDATE deliveries SET due_at = NULL, state = split.state,
        attempt = CASE WHEN split.state = 'fetching' THEN 0 ELSE greatest(attempt, 1) END,
        staged = split.staged, rejected = split.rejected, partial = split.partial,
        cause = split.cause, cause_detail = split.detail, ids_left = split.ids_left,
        staged_at = CASE WHEN split.state IN ('staged', 'done') THEN now() END,
        finished_at = CASE WHEN split.state IN ('done', 'unreadable') THEN now() END
    FROM json_to_recordset(CAST(:rows AS json)) AS split (id bigint, state text, staged int,
        rejected int, partial boolean, cause text, detail text, ids_left text[])
    WHERE deliveries.id = split.id
""")

# As those of deliveries whose offers are settled (settle_rows.py).
_RECEIPTS = text("""
    INSERT INTO receipts (delivery_id, due_at)
    SELECT deliveries.id, now() FROM deliveries
    JOIN webhooks ON webhooks.source_id = deliveries.source_id
    WHERE deliveries.id = ANY(CAST(:ids AS bigint[])) AND webhooks.settings ? 'receipt_url'
    ON CONFLICT (delivery_id) DO UPDATE SET state = 'due', due_at = now(), attempt = 0,
        edition = receipts.edition + 1
    RETURNING delivery_id
""")
_OVER = (DeliveryState.DONE, DeliveryState.UNREADABLE)


def write_splits(splits: Sequence[Split]) -> list[int]:
    """Returns the ids of the new offer jobs. Doesn't commit."""
    if not splits:
        return []
    for source_id in {split.source_id for split in splits if split.rings}:
        _ring_for_feed([split for split in splits if split.source_id == source_id])
    job_ids = copy_jobs([job for split in splits for job in split.jobs])
    insert_problems([row for split in splits for row in split.refused])
    db.session.execute(_WRITE, {"rows": json_rows([_row(split) for split in splits])})
    note_receipts({split.delivery_id: split.source_id for split in splits if split.state in _OVER})
    for source_id in {one.source_id for one in splits if one.state == DeliveryState.FETCHING}:
        ring_for_fetch(source_id)
    return job_ids


def note_receipts(source_of: dict[int, int]) -> None:
    """Of deliveries that are over without any offer having been settled. Doesn't commit."""
    if not source_of:
        return
    due = db.session.scalars(_RECEIPTS, {"ids": list(source_of)})
    for source_id in {source_of[delivery_id] for delivery_id in due}:
        ring_for_receipts(source_id)


def _ring_for_feed(splits: Sequence[Split]) -> None:
    """At once, or after the run that goes on: what it has read may be older."""
    source = db.session.get_one(Source, splits[0].source_id)
    if source.location:
        ask_for_remap(source, READING, None)
        return
    for split in splits:
        split.state, split.cause = DeliveryState.UNREADABLE, WorkCause.NO_FEED
        split.detail = "It says that something changed, but the source has no feed to read."


def _row(split: Split) -> dict[str, object]:
    return {
        "id": split.delivery_id,
        "state": split.state,
        "staged": len(split.jobs),
        "rejected": len(split.refused),
        "partial": split.partial,
        "cause": split.cause,
        "detail": split.detail,
        "ids_left": split.ids_left,
    }
