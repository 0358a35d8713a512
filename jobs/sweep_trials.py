"""Trials that nobody has taken up are rung for again, those of dead workers end, old ones are
forgotten."""

from sqlalchemy import text

from webapp import queues
from webapp.extensions import db
from webapp.services.trials import ring_for_trial

# A worker may have taken it off the queue and not claimed it yet.
GRACE_SECONDS = 5
KEPT_DAYS = 7


def sweep_trials() -> None:
    """Commits."""
    db.session.execute(
        text("""
            UPDATE trials SET state = 'failed', lease_until = NULL, finished_at = now(),
                error_code = 'worker_died', error_message = :message, error_hint = :hint,
                error_place = ''
            WHERE state = 'running' AND lease_until < now()
        """),
        {"message": "The worker was interrupted.", "hint": "Try it again."},
    )
    waiting = db.session.scalars(
        text("""
            SELECT id FROM trials WHERE state = 'queued'
                AND created_at < now() - make_interval(secs => :grace)
            ORDER BY id
        """),
        {"grace": GRACE_SECONDS},
    )
    for trial_id in waiting.all():
        if not queues.is_waiting(queues.IMPORTS, f"trial-{trial_id}"):
            ring_for_trial(trial_id)
    db.session.execute(
        text("""
            DELETE FROM trials AS old
            WHERE state NOT IN ('queued', 'running')
                AND created_at < now() - make_interval(days => :days)
                AND EXISTS (
                    SELECT FROM trials AS newer
                    WHERE newer.source_id = old.source_id AND newer.kind = old.kind
                        AND newer.id > old.id
                )
        """),
        {"days": KEPT_DAYS},
    )
    db.session.commit()
