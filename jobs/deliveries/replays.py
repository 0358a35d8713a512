"""Replays: deliveries whose stored bodies are cut and applied once more, with the settings and the
mapping in force, in the order of their arrival. Each keeps its own place in time, so that what is
newer is never overwritten."""

from sqlalchemy import text

from jobs.batches import TurnEnd, work_turn
from jobs.deliveries.forget_jobs import forget_jobs
from webapp import queues
from webapp.extensions import db
from webapp.services.replays import ring_for_replay

BATCH = 500

# One worker at a time; who cancels waits for the batch.
_OPEN = text("SELECT source_id FROM replays WHERE id = :id AND state = 'open' FOR UPDATE")

_PENDING = """
    SELECT delivery.id FROM deliveries AS delivery
    JOIN replays AS replay ON replay.id = delivery.replay_id
    WHERE delivery.replay_id = :id AND delivery.state IN ('done', 'unreadable')
        AND delivery.finished_at < replay.created_at
    ORDER BY delivery.id LIMIT :most
"""

# As new, but for its place in time and its fence. While the source rests it waits like others.
_BEGIN_ANEW = text(f"""
    UPDATE deliveries AS delivery SET
        state = CASE WHEN source.status IN ('setup', 'paused') THEN 'waiting' ELSE 'accepted' END,
        cause = NULL, cause_detail = '', finished_at = NULL, staged_at = NULL, attempt = 0,
        due_at = NULL, lease_until = NULL, ids_left = NULL, staged = 0, settled = 0, created = 0,
        updated = 0, unchanged = 0, superseded = 0, withdrawn = 0, rejected = 0, failed = 0,
        quarantined = 0
    FROM sources AS source
    WHERE source.id = delivery.source_id
        AND delivery.id IN ({_PENDING} FOR UPDATE OF delivery SKIP LOCKED)
    RETURNING delivery.id, delivery.state
""")

# Of records that could not be told apart: those with an id are replaced as they are applied.
_FORGET_PROBLEMS = text("""
    DELETE FROM problems WHERE source_id = :source_id AND external_id = ''
        AND delivery_id = ANY(CAST(:ids AS bigint[]))
""")
_COUNT = text("UPDATE replays SET replayed = replayed + :count WHERE id = :id")
_FINISH = text(f"""
    UPDATE replays SET state = 'finished', finished_at = now()
    WHERE id = :id AND state = 'open' AND NOT EXISTS ({_PENDING})
""")
_OPEN_ONES = text("SELECT id FROM replays WHERE state = 'open' ORDER BY id")


def replay_deliveries(replay_id: int) -> None:
    """Commits; safe to run twice, and beside itself."""
    end = work_turn(lambda: replay_batch(replay_id), BATCH)
    if end is TurnEnd.DONE:
        db.session.execute(_FINISH, {"id": replay_id, "most": 1})
    elif end is TurnEnd.MOVING:
        ring_for_replay(replay_id)
    db.session.commit()


def replay_batch(replay_id: int) -> int:
    """How many began anew; 0 also when the replay is over. Commits."""
    source_id = db.session.scalar(_OPEN, {"id": replay_id})
    if source_id is None:
        db.session.commit()
        return 0
    rows = db.session.execute(_BEGIN_ANEW, {"id": replay_id, "most": BATCH}).all()
    ids = [id for id, _ in rows]
    if ids:
        forget_jobs(ids)
        db.session.execute(_FORGET_PROBLEMS, {"source_id": source_id, "ids": ids})
        db.session.execute(_COUNT, {"id": replay_id, "count": len(ids)})
        accepted = sorted(id for id, state in rows if state == "accepted")
        queues.enqueue_deliveries_after_commit(db.session(), accepted)
    db.session.commit()
    return len(ids)


def ring_for_open_replays() -> None:
    """Those whose worker died or whose bell was lost. Commits."""
    for replay_id in db.session.scalars(_OPEN_ONES).all():
        if not queues.is_waiting(queues.DEFAULT, f"replay-{replay_id}"):
            ring_for_replay(replay_id)
    db.session.commit()
