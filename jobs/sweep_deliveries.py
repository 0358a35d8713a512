"""Deliveries that nobody has any more are rung for again; those that waited for their source are
released; the problems of sources that only have a webhook become issues."""

import logging

from redis.exceptions import RedisError
from sqlalchemy import select, text

from jobs.issues import group_problems
from webapp import queues
from webapp.extensions import db
from webapp.models import Source
from webapp.services.deliveries import release_waiting, ring_for_fetch

log = logging.getLogger(__name__)

BATCH = queues.MOST_WAITING
# A worker may have taken it off the queue and not be done with it yet.
GRACE_SECONDS = 10
# Before one that was lost twice is looked for again.
PAUSE_SECONDS = 30

_LOST = text("""
    SELECT id FROM deliveries
    WHERE finished_at IS NULL AND state = 'accepted'
        AND coalesce(due_at, received_at + make_interval(secs => :grace)) <= now()
    ORDER BY id LIMIT :batch
""")

# Once it may have been Valkey; whoever is lost again may kill workers, and is split alone.
_BRING_BACK = text("""
    UPDATE deliveries SET fence = fence + 1,
        due_at = CASE WHEN fence > 0 THEN now() + make_interval(secs => :pause) END
    WHERE id = ANY(CAST(:ids AS bigint[])) AND state = 'accepted'
""")

_TO_FETCH = text("""
    SELECT DISTINCT source_id FROM deliveries
    WHERE finished_at IS NULL AND state = 'fetching'
        AND coalesce(due_at <= now(), true) AND coalesce(lease_until < now(), true)
""")

_WAITING = text("""
    SELECT DISTINCT deliveries.source_id FROM deliveries
    JOIN sources ON sources.id = deliveries.source_id
    WHERE deliveries.finished_at IS NULL AND deliveries.state = 'waiting'
        AND sources.status = 'active' AND sources.mapping_id IS NOT NULL
""")

_TO_GROUP = text("""
    UPDATE webhooks SET regroup_due = false WHERE regroup_due RETURNING source_id
""")


def sweep_deliveries() -> None:
    """Commits after each step."""
    bring_back_lost_deliveries()
    ring_again_for_fetches()
    release_waiting_deliveries()
    group_due_problems()


def bring_back_lost_deliveries() -> int:
    """Accepted ones that are in no queue of Valkey."""
    try:
        keys = queues.queue(queues.OFFERS_LIVE).job_ids
    except RedisError:
        return 0
    waiting = set(queues.ids_named(queues.APPLY_DELIVERY, keys))
    due = db.session.scalars(_LOST, {"grace": GRACE_SECONDS, "batch": BATCH})
    lost = [id for id in due if id not in waiting]
    if lost:
        log.info("Bringing %d deliveries back.", len(lost))
        db.session.execute(_BRING_BACK, {"ids": lost, "pause": PAUSE_SECONDS})
        queues.enqueue_deliveries_after_commit(db.session(), lost)
    db.session.commit()
    return len(lost)


def ring_again_for_fetches() -> None:
    """Those whose time has come, whose worker died, or whose bell was lost."""
    for source_id in db.session.scalars(_TO_FETCH).all():
        if not queues.is_waiting(queues.DEFAULT, f"fetch-{source_id}"):
            ring_for_fetch(source_id)
    db.session.commit()


def release_waiting_deliveries() -> None:
    """Those that came while their source went on, and what one release leaves for the next."""
    ids = db.session.scalars(_WAITING).all()
    for source in db.session.scalars(select(Source).where(Source.id.in_(ids))):
        release_waiting(source)
    db.session.commit()


def group_due_problems() -> None:
    due = db.session.scalars(_TO_GROUP).all()
    # At once: whoever settles offers from now on notes it anew.
    db.session.commit()
    for source_id in due:
        group_problems(source_id, None)
        db.session.commit()
