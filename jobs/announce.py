"""Which staged jobs are rung for at once: Valkey holds a bounded number, PostgreSQL the rest.

What is not announced here is announced by the offers workers when their queue runs low.
"""

from collections.abc import Sequence

from redis.exceptions import RedisError
from sqlalchemy import text

from jobs.claims import ClaimedRun
from webapp import queues
from webapp.extensions import db

# A run's first records overtake the bulk of others: a small feed never waits for a large one.
LIVE_HEAD = 500
LOW_WATER = 2000
REFILL = 5000


def announce_chunk(run: ClaimedRun, ids: Sequence[int]) -> None:
    """Ring for a chunk's jobs after the commit, as far as the queue has room.

    A run is announced in the order of its ids: once something waits in PostgreSQL, so does
    everything after it.
    """
    if not ids:
        return
    in_step = run.announced_id == run.staged_id or _is_caught_up(run)
    run.staged_id = ids[-1]
    if not in_step:
        return
    head = ids[: max(0, LIVE_HEAD - run.announced)]
    rest = ids[len(head) :] if _bulk_length() < queues.MOST_WAITING else []
    for queue_name, some in ((queues.OFFERS_LIVE, head), (queues.OFFERS_BULK, rest)):
        if some:
            queues.enqueue_offer_jobs_after_commit(db.session(), queue_name, some)
            run.announced_id = some[-1]
            run.announced += len(some)


def _is_caught_up(run: ClaimedRun) -> bool:
    """Whether the offers workers have announced by themselves all that was staged so far.

    Else a run that was ahead once would leave idle workers waiting for the sweeper.
    """
    run.announced_id = db.session.execute(
        text("SELECT announced_id FROM runs WHERE id = :id"), {"id": run.id}
    ).scalar_one()
    return run.announced_id == run.staged_id


def refill_bulk_queue() -> int:
    """Announce jobs that wait in PostgreSQL when the bulk queue runs low; returns how many.

    Commits. Safe beside other workers: each run's row is locked while its jobs are chosen.
    """
    if _bulk_length() > LOW_WATER:
        return 0
    rows = db.session.execute(
        text("""
            WITH behind AS (
                SELECT id, announced_id FROM runs
                WHERE state IN ('queued', 'fetching', 'reading', 'applying')
                    AND announced_id < staged_id
                ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED
            ), chosen AS (
                SELECT job.id, job.run_id FROM behind CROSS JOIN LATERAL (
                    SELECT id, run_id FROM offer_jobs
                    WHERE run_id = behind.id AND id > behind.announced_id
                    ORDER BY id LIMIT :refill
                ) AS job
            ), moved AS (
                UPDATE runs SET announced_id = last.id
                FROM (SELECT run_id, max(id) AS id FROM chosen GROUP BY run_id) AS last
                WHERE runs.id = last.run_id
            )
            SELECT id FROM chosen ORDER BY id
        """),
        {"refill": REFILL},
    ).scalars()
    ids = list(rows)
    if ids:
        queues.enqueue_offer_jobs_after_commit(db.session(), queues.OFFERS_BULK, ids)
    db.session.commit()
    return len(ids)


def _bulk_length() -> int:
    try:
        return queues.queue(queues.OFFERS_BULK).count
    except RedisError:
        # Nobody can be rung for now; the jobs wait in PostgreSQL.
        return queues.MOST_WAITING
