"""What was sent, and alerts that are over, are kept for some months."""

from sqlalchemy import text

from webapp.extensions import db

DAYS_KEPT = 90
BATCH = 5_000


def forget_old_messages() -> None:
    """A batch of each. Commits."""
    for statement in (
        """DELETE FROM notifications WHERE id IN (
            SELECT id FROM notifications WHERE created_at < now() - make_interval(days => :days)
                AND state NOT IN ('due', 'sending') ORDER BY id LIMIT :batch)""",
        """DELETE FROM alerts WHERE id IN (
            SELECT id FROM alerts WHERE closed_at < now() - make_interval(days => :days)
            ORDER BY id LIMIT :batch)""",
    ):
        db.session.execute(text(statement), {"days": DAYS_KEPT, "batch": BATCH})
        db.session.commit()
