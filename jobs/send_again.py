"""Retries: the offer jobs that a person had chosen go back to the queue, a batch a transaction.
What is no longer unsuccessful when its turn comes is left alone."""

from sqlalchemy import text

from jobs.batches import TurnEnd, work_turn
from webapp import queues
from webapp.extensions import db
from webapp.services.retries import ring_for_retry, send_again

BATCH = 500

# One worker at a time; who cancels waits for the batch.
_OPEN = text("SELECT id FROM retries WHERE id = :id AND state = 'open' FOR UPDATE")
_PENDING = text("""
    SELECT job_id FROM retry_jobs WHERE retry_id = :id AND sent IS NULL
    ORDER BY job_id LIMIT :most
""")
_MARK = text("""
    UPDATE retry_jobs SET sent = job_id = ANY(CAST(:sent AS bigint[]))
    WHERE retry_id = :id AND job_id = ANY(CAST(:ids AS bigint[]))
""")
_COUNT = text("""
    UPDATE retries SET sent = sent + :sent, left_alone = left_alone + :left_alone WHERE id = :id
""")
_FINISH = text("""
    UPDATE retries SET state = 'finished', finished_at = now()
    WHERE id = :id AND state = 'open'
        AND NOT EXISTS (SELECT FROM retry_jobs WHERE retry_id = :id AND sent IS NULL)
""")
_OPEN_ONES = text("SELECT id FROM retries WHERE state = 'open' ORDER BY id")


def send_retry(retry_id: int) -> None:
    """Commits; safe to run twice, and beside itself."""
    end = work_turn(lambda: send_batch(retry_id), BATCH)
    if end is TurnEnd.DONE:
        db.session.execute(_FINISH, {"id": retry_id})
    elif end is TurnEnd.MOVING:
        ring_for_retry(retry_id)
    db.session.commit()


def send_batch(retry_id: int) -> int:
    """How many had their turn; 0 also when the retry is over. Commits."""
    handled = 0
    if db.session.scalar(_OPEN, {"id": retry_id}) is not None:
        ids = db.session.scalars(_PENDING, {"id": retry_id, "most": BATCH}).all()
        handled = len(ids)
        if ids:
            sent = send_again(ids)
            db.session.execute(_MARK, {"id": retry_id, "ids": list(ids), "sent": list(sent)})
            counts = {"sent": len(sent), "left_alone": handled - len(sent)}
            db.session.execute(_COUNT, {"id": retry_id, **counts})
    db.session.commit()
    return handled


def ring_for_open_retries() -> None:
    """Those whose worker died or whose bell was lost. Commits."""
    for retry_id in db.session.scalars(_OPEN_ONES).all():
        if not queues.is_waiting(queues.DEFAULT, f"retry-{retry_id}"):
            ring_for_retry(retry_id)
    db.session.commit()
