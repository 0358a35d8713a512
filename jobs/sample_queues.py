"""How deep each queue is, noted once a minute for the curves of the operations page."""

from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from webapp import queues
from webapp.extensions import db
from webapp.models import QueueSample, utc_now
from webapp.queries.workers import queue_rows

DAYS_KEPT = 2


def sample_queues() -> None:
    """Commits. The first look of a minute counts, whoever takes it."""
    now = utc_now()
    minute = now.replace(second=0, microsecond=0)
    if not db.session.scalar(select(exists().where(QueueSample.at == minute))):
        samples = [
            {
                "at": minute,
                "queue": row.name,
                "waiting": row.waiting,
                "oldest_seconds": int((now - row.oldest_at).total_seconds())
                if row.oldest_at
                else 0,
                "taken": row.taken,
                "expired": row.expired,
            }
            for row in queue_rows(queues.valkey())
        ]
        db.session.execute(insert(QueueSample).on_conflict_do_nothing(), samples)
        db.session.execute(
            delete(QueueSample).where(QueueSample.at < now - timedelta(days=DAYS_KEPT))
        )
    db.session.commit()
