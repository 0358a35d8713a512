"""The machinery watches itself: the tick sees which queues no worker serves, workers see when the
tick is silent, and the process of the tick sees when Valkey is away. Whoever is left says so."""

import time

from flask import current_app
from rq.utils import as_text
from sqlalchemy import select

from jobs.notify.send import send_notifications
from webapp import queues
from webapp.alert_kinds import AlertKind
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Notification, NotificationState, utc_now
from webapp.queries.workers import TICKS_MISSED, BackgroundWork, background_work
from webapp.services.alerts import About, Words, close_alert, open_alert

# Since when which queue has nobody, in Valkey.
MISSED_KEY = "offerdock:missed-workers"
# What Valkey itself is called among the queues that nobody serves.
VALKEY = "valkey"
# A worker that is started anew is back before that, and a Valkey too.
GRACE_SECONDS = 25.0
# One that left its name behind died, unless Valkey was away and it could not beat: then it is back
# at the next look.
DEAD_SECONDS = 10.0
# The tick waits its turn behind the end of a large run.
BUSY_SECONDS = 300.0
_NAMES = {
    queues.IMPORTS: "feeds",
    queues.OFFERS_LIVE: "webhook deliveries and retries",
    queues.OFFERS_BULK: "offers of large runs",
    queues.DEFAULT: "the tick and the ends of runs",
}


def watch_workers() -> None:
    """For the tick. Commits."""
    close_alert(AlertKind.TICK_SILENT, About(), "Schedules are looked at again.")
    close_alert(AlertKind.WORKER_SILENT, About(subject=VALKEY), "It answers again.")
    work = background_work()
    if work.is_reachable:
        silent = _missed_long_enough(work)
        for queue in queues.QUEUE_NAMES:
            about = About(subject=queue)
            if queue not in work.silent_queues:
                close_alert(AlertKind.WORKER_SILENT, about, "A worker serves it again.")
            elif queue in silent:
                words = Words(
                    f"No worker for {_NAMES[queue]}",
                    f"Nobody serves the queue {queue}. What comes in is kept and waits.",
                    "/operations",
                )
                open_alert(AlertKind.WORKER_SILENT, about, words)
    db.session.commit()


def watch_tick(seconds_at_work: float) -> None:
    """For workers, which know how long they are at work themselves. Commits."""
    config: Config = current_app.config["OFFERDOCK"]
    longest = config.tick_seconds * TICKS_MISSED
    last = queues.valkey().get(queues.TICK_KEY)
    silence = seconds_at_work if last is None else time.time() - float(last)
    if min(silence, seconds_at_work) <= longest:
        return
    work = background_work()
    at_its_end = [one for one in work.workers if queues.DEFAULT in one.queues and one.is_busy]
    if silence <= BUSY_SECONDS and any(not worker.is_silent for worker in at_its_end):
        return
    nobody_hears = queues.DEFAULT in work.silent_queues
    cause = f"No worker serves the queue {queues.DEFAULT}. " if nobody_hears else ""
    words = Words(
        "Schedules are not looked at",
        f"{cause}The tick was silent for {silence:.0f} seconds: nothing starts by its schedule, "
        "and nothing that was lost is brought back.",
        "/operations",
    )
    open_alert(AlertKind.TICK_SILENT, About(), words)
    db.session.commit()
    if nobody_hears:
        _send_what_is_due()


def tell_valkey_away(seconds: float) -> None:
    """For the process of the tick, which then has nothing else to do. Commits."""
    if seconds < GRACE_SECONDS:
        return
    words = Words(
        "The queue (Valkey) can’t be reached",
        "Workers get nothing to do, and nothing starts by its schedule. What comes in is kept and "
        "waits.",
        "/operations",
    )
    open_alert(AlertKind.WORKER_SILENT, About(subject=VALKEY), words)
    db.session.commit()
    _send_what_is_due()


def _missed_long_enough(work: BackgroundWork) -> set[str]:
    """One that said good-bye may be on its way back, which takes a little longer."""
    since = {as_text(key): float(at) for key, at in queues.valkey().hgetall(MISSED_KEY).items()}
    now = time.time()
    back = [queue for queue in since if queue not in work.silent_queues]
    new = {queue: now for queue in work.silent_queues if queue not in since}
    if back:
        queues.valkey().hdel(MISSED_KEY, *back)
    if new:
        queues.valkey().hset(MISSED_KEY, mapping={queue: str(at) for queue, at in new.items()})
    died = {name for worker in work.workers if worker.is_silent for name in worker.queues}
    return {
        queue
        for queue in work.silent_queues
        if now - since.get(queue, now) >= (DEAD_SECONDS if queue in died else GRACE_SECONDS)
    }


def _send_what_is_due() -> None:
    """Here and now: nobody hears the bell that is rung for it."""
    channels = db.session.scalars(
        select(Notification.channel_id)
        .where(Notification.state == NotificationState.DUE, Notification.due_at <= utc_now())
        .distinct()
    ).all()
    for channel_id in channels:
        send_notifications(channel_id)
