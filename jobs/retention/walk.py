"""Old rows are forgotten page by page: each kind is walked through from its oldest id on, over as
many ticks as it takes, and anew a day later."""

import time
from datetime import timedelta

from sqlalchemy import text

from jobs.retention.policies import OldestFirst, Walked, oldest_first, walked
from webapp.config import Config
from webapp.extensions import db
from webapp.models import utc_now

BATCH = 1_000
# What a tick spends on it, and one batch of each kind whose walk is due in any case.
TICK_SECONDS = 2.0
PAUSE = timedelta(days=1)

_BEGIN = text("INSERT INTO retention_passes (kind) VALUES (:kind) ON CONFLICT DO NOTHING")
_TAKE = text("""
    SELECT behind FROM retention_passes WHERE kind = :kind AND due_at <= now()
    FOR UPDATE SKIP LOCKED
""")
_GO_ON = text("UPDATE retention_passes SET behind = :behind WHERE kind = :kind")
_END = text("UPDATE retention_passes SET behind = 0, due_at = :due_at WHERE kind = :kind")


def forget_old_rows(config: Config) -> None:
    """Commits after each batch; harmless beside another tick."""
    until = time.monotonic() + TICK_SECONDS
    for policy in walked(config):
        db.session.execute(_BEGIN, {"kind": policy.kind})
        while _forget_page(policy) and time.monotonic() < until:
            pass
    for oldest in oldest_first(config):
        while _forget_oldest(oldest) and time.monotonic() < until:
            pass


def _forget_page(policy: Walked) -> bool:
    """Whether the walk goes on. Commits."""
    now = utc_now()
    behind = db.session.scalar(_TAKE, {"kind": policy.kind})
    if behind is None:
        db.session.commit()
        return False
    before = now - timedelta(days=policy.days)
    last, newest = db.session.execute(
        policy.statement,
        {"behind": behind, "batch": BATCH, "before": before, **policy.parameters},
    ).one()
    goes_on = last is not None and bool(newest < before)
    if goes_on:
        db.session.execute(_GO_ON, {"kind": policy.kind, "behind": last})
    else:
        db.session.execute(_END, {"kind": policy.kind, "due_at": now + PAUSE})
    db.session.commit()
    return goes_on


def _forget_oldest(policy: OldestFirst) -> bool:
    """Whether there may be more. Commits."""
    before = utc_now() - timedelta(days=policy.days)
    forgotten = db.session.scalar(policy.statement, {"before": before, "batch": BATCH})
    db.session.commit()
    return bool(forgotten)
