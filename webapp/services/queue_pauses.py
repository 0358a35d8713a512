"""Pausing a queue: its jobs wait, in PostgreSQL and Valkey, until an admin resumes it.

The database alone knows of it, so that a Valkey that begins anew starts nothing by itself; workers
look every few seconds.
"""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from webapp.extensions import db
from webapp.models import QueuePause, User
from webapp.services.audit import note_operation


def pause_queue(name: str, user: User | None) -> bool:
    """False when it was paused already."""
    statement = insert(QueuePause).values(queue=name, paused_by=user.id if user else None)
    paused = db.session.execute(statement.on_conflict_do_nothing().returning(QueuePause.queue))
    if paused.first() is None:
        return False
    note_operation("queue_paused", user, queue=name)
    return True


def resume_queue(name: str, user: User | None) -> bool:
    """False when it was not paused."""
    statement = delete(QueuePause).where(QueuePause.queue == name).returning(QueuePause.queue)
    if db.session.execute(statement).first() is None:
        return False
    note_operation("queue_resumed", user, queue=name)
    return True
