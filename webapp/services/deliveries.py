"""Deliveries that were kept while nobody could work them, and the bell for those whose offers have
to be fetched. Services flush; their callers commit."""

from sqlalchemy import text

from webapp import queues
from webapp.extensions import db
from webapp.models import Source

# Of one source at once; the sweeper releases the others.
MOST_RELEASED = 5_000

_RELEASE = text("""
    UPDATE deliveries SET state = 'accepted', due_at = NULL WHERE id IN (
        SELECT id FROM deliveries
        WHERE source_id = :source_id AND finished_at IS NULL AND state = 'waiting'
        ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    )
    RETURNING id
""")


def release_waiting(source: Source) -> int:
    """Of a source that is active again, with a mapping in force; returns how many."""
    if source.mapping_id is None:
        return 0
    released = db.session.scalars(_RELEASE, {"source_id": source.id, "most": MOST_RELEASED})
    ids = sorted(released)
    queues.enqueue_deliveries_after_commit(db.session(), ids)
    return len(ids)


def ring_for_fetch(source_id: int) -> None:
    queues.enqueue_after_commit(
        db.session(),
        queues.DEFAULT,
        queues.FETCH_CHANGED,
        source_id,
        job_id=f"fetch-{source_id}",
    )
