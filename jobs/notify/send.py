"""Sends what is due for a channel, as one message; tried again over some hours. A worker that dies
in the very moment of sending may send a message twice, but never none."""

import logging
import random
from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select, text

from jobs.notify.channel_sender import send_message
from jobs.notify.messages import message_of
from webapp import queues
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Notification, NotificationChannel, NotificationKind
from webapp.services.alerts import ring_for_channel

log = logging.getLogger(__name__)

MOST_IN_ONE = 50
LEASE_SECONDS = 120
# Seconds before each further try.
PAUSES = (60, 300, 1_800, 7_200, 21_600)

# A test goes alone, before everything else: a person waits for it.
_CLAIM = text("""
    WITH due AS (
        SELECT id, kind FROM notifications
        WHERE channel_id = :channel_id AND (
            (state = 'due' AND due_at <= now()) OR (state = 'sending' AND lease_until < now())
        )
        ORDER BY kind <> 'test', id LIMIT :most FOR UPDATE SKIP LOCKED
    ), chosen AS (
        SELECT id FROM due WHERE kind <> 'test' AND NOT EXISTS (
            SELECT FROM due WHERE kind = 'test')
        UNION ALL (SELECT id FROM due WHERE kind = 'test' ORDER BY id LIMIT 1)
    )
    UPDATE notifications AS told SET state = 'sending', attempt = attempt + 1, fence = fence + 1,
        lease_until = now() + make_interval(secs => :lease)
    FROM chosen WHERE told.id = chosen.id
    RETURNING told.id, told.fence
""")

_END = text("""
    UPDATE notifications SET state = :state, error = :error, lease_until = NULL,
        sent_at = CASE WHEN :state = 'sent' THEN now() END,
        due_at = CASE WHEN :state = 'due' THEN now() + make_interval(secs => :pause)
            ELSE due_at END
    WHERE id = :id AND fence = :fence AND state = 'sending'
""")


def send_notifications(channel_id: int) -> None:
    """Until nothing is due for the channel, or its service doesn't take a message. Commits."""
    channel = db.session.get(NotificationChannel, channel_id)
    if channel is None:
        return
    config: Config = current_app.config["OFFERDOCK"]
    while fences := _claim(channel_id):
        told = db.session.scalars(
            select(Notification)
            .where(Notification.id.in_(fences))
            .order_by(Notification.id)
            .execution_options(populate_existing=True)
        ).all()
        message = message_of(told, config.public_url)
        # Not held open while a server takes its time.
        db.session.commit()
        error = send_message(channel, message)
        _end(told, fences, error)
        if error:
            log.warning("Channel %d: %s", channel_id, error)
            return


def ring_for_due_notifications() -> None:
    """Those whose time has come, and those whose worker died. Commits."""
    channels: Sequence[int] = db.session.scalars(
        text("""
            SELECT DISTINCT channel_id FROM notifications
            WHERE (state = 'due' AND due_at <= now())
                OR (state = 'sending' AND lease_until < now())
        """)
    ).all()
    for channel_id in channels:
        if not queues.is_waiting(queues.DEFAULT, f"notify-{channel_id}"):
            ring_for_channel(channel_id)
    db.session.commit()


def sending_pause(attempt: int) -> float | None:
    """Seconds before the next try after failed attempt number `attempt` (from 1); None: give up."""
    return PAUSES[attempt - 1] * random.uniform(0.8, 1.2) if attempt <= len(PAUSES) else None


def _claim(channel_id: int) -> dict[int, int]:
    """The fence of each notification that is ours to send now."""
    rows = db.session.execute(
        _CLAIM, {"channel_id": channel_id, "most": MOST_IN_ONE, "lease": LEASE_SECONDS}
    ).all()
    db.session.commit()
    return {id: fence for id, fence in rows}


def _end(told: Sequence[Notification], fences: dict[int, int], error: str) -> None:
    for notification in told:
        # Who tests a channel wants to know now.
        is_test = notification.kind == NotificationKind.TEST
        pause = None if is_test else sending_pause(notification.attempt)
        state = "sent"
        if error:
            state = "failed" if pause is None else "due"
        db.session.execute(
            _END,
            {
                "id": notification.id,
                "fence": fences[notification.id],
                "state": state,
                "error": error,
                "pause": pause or 0,
            },
        )
    db.session.commit()
