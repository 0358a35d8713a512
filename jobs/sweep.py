"""Nothing is lost: what Valkey forgot, or a dead worker left behind, comes back from PostgreSQL."""

import logging
import shutil
import time
from contextlib import suppress
from pathlib import Path

from redis.exceptions import RedisError
from sqlalchemy import exists, select, text

from jobs.announce import refill_bulk_queue
from jobs.deliveries.door_health import judge_doors
from jobs.deliveries.receipts import ring_for_due_receipts
from jobs.deliveries.replays import ring_for_open_replays
from jobs.deliveries.retention import forget_old_deliveries
from jobs.fetch.upload import forget_uploads
from jobs.notify.forget import forget_old_messages
from jobs.notify.lateness import tell_of_late_sources
from jobs.notify.machinery import watch_workers
from jobs.notify.send import ring_for_due_notifications
from jobs.retention.walk import forget_old_rows
from jobs.send_again import ring_for_open_retries
from jobs.sweep_deliveries import sweep_deliveries
from jobs.sweep_trials import sweep_trials
from webapp import queues
from webapp.config import Config
from webapp.extensions import db
from webapp.models import OPEN_STATES, Run, Source
from webapp.queue_tallies import EXPIRED_KEY, tally
from webapp.services.remaps import start_due_remap
from webapp.services.runs import ring_for_run

log = logging.getLogger(__name__)

# Rows a sweep brings back at once; the next sweep takes more.
BATCH = queues.MOST_WAITING
# A worker may have taken a job off the queue and not claimed it yet.
GRACE_SECONDS = 10
# Deaths of a worker while it had nothing but this job.
MOST_DEATHS = 2
SPOOL_DAYS = 1


def sweep(config: Config) -> None:
    """Commits after each step; harmless beside workers and other sweeps."""
    return_expired_jobs()
    return_due_retries()
    drop_cancelled_jobs()
    ring_again_for_offer_jobs()
    # Workers refill their queue themselves, but nobody rings at all after an outage of Valkey.
    refill_bulk_queue()
    ring_again_for_runs()
    sweep_trials()
    sweep_deliveries()
    ring_for_due_receipts()
    judge_doors()
    tell_of_late_sources()
    watch_workers()
    ring_for_due_notifications()
    ring_for_open_replays()
    ring_for_open_retries()
    forget_old_deliveries(config)
    forget_old_messages()
    start_due_remaps()
    remove_old_spools(config.spool_dir)
    forget_uploads()
    forget_old_rows(config)


def return_expired_jobs() -> int:
    """Jobs whose lease ran out: their worker died, or stalled so long that its fence is lost.

    A death counts against a job only when the job ran alone; in a shared turn nobody can tell
    whose fault it was, so its jobs run alone from then on. The second death alone is the end.
    """
    returned = db.session.execute(
        text("""
            WITH expired AS (
                SELECT id, run_id, suspect, deaths FROM offer_jobs
                WHERE settled_at IS NULL AND state = 'running' AND lease_until < now()
                ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED
            ), quarantined AS (
                UPDATE offer_jobs AS job SET state = 'quarantined', deaths = job.deaths + 1,
                    fence = job.fence + 1, lease_until = NULL, settled_at = now(),
                    error_code = 'worker_died', error_message = :message
                FROM expired
                WHERE job.id = expired.id AND expired.suspect AND expired.deaths + 1 >= :deaths
                RETURNING job.run_id, job.delivery_id, job.source_id, job.external_id,
                    job.sequence, job.version
            ), marked AS (
                UPDATE offers SET sync_status = 'failed' FROM quarantined
                WHERE offers.source_id = quarantined.source_id
                    AND offers.external_id = quarantined.external_id
                    AND NOT is_older(quarantined.version, quarantined.sequence,
                        offers.version, offers.sequence)
            ), counted AS (
                UPDATE runs SET settled = runs.settled + n.jobs,
                    quarantined = runs.quarantined + n.jobs
                FROM (SELECT run_id, count(*) AS jobs FROM quarantined GROUP BY run_id) AS n
                WHERE runs.id = n.run_id
            ), counted_deliveries AS (
                UPDATE deliveries SET settled = settled + n.jobs,
                    quarantined = quarantined + n.jobs, cause = 'offers_refused',
                    state = CASE WHEN settled + n.jobs >= staged AND state = 'staged'
                        THEN 'done' ELSE state END,
                    finished_at = CASE WHEN settled + n.jobs >= staged AND state = 'staged'
                        THEN now() ELSE finished_at END
                FROM (SELECT delivery_id, count(*) AS jobs FROM quarantined GROUP BY delivery_id)
                    AS n
                WHERE deliveries.id = n.delivery_id
            )
            UPDATE offer_jobs AS job SET state = 'queued', fence = job.fence + 1,
                lease_until = NULL, suspect = true,
                deaths = job.deaths + CASE WHEN expired.suspect THEN 1 ELSE 0 END
            FROM expired
            WHERE job.id = expired.id
                AND NOT (expired.suspect AND expired.deaths + 1 >= :deaths)
            RETURNING job.id
        """),
        {
            "batch": BATCH,
            "deaths": MOST_DEATHS,
            "message": "The worker died twice on this offer. It is set aside until a person asks.",
        },
    )
    ids = list(returned.scalars())
    if ids:
        tally(queues.valkey(), EXPIRED_KEY, queues.OFFERS_LIVE, len(ids))
    return _enqueue_and_commit(ids, queues.OFFERS_LIVE)


def return_due_retries() -> int:
    returned = db.session.execute(
        text("""
            UPDATE offer_jobs SET state = 'queued', due_at = NULL
            WHERE id IN (
                SELECT id FROM offer_jobs
                WHERE settled_at IS NULL AND state = 'retry_due' AND due_at <= now()
                ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED
            )
            RETURNING id
        """),
        {"batch": BATCH},
    )
    return _enqueue_and_commit(list(returned.scalars()), queues.OFFERS_LIVE)


def drop_cancelled_jobs() -> None:
    """Waiting jobs of cancelled runs, and the ids they saw; what runs already ends as it would."""
    db.session.execute(
        text("""
            UPDATE offer_jobs SET state = 'cancelled', settled_at = now()
            WHERE id IN (
                SELECT job.id FROM offer_jobs AS job JOIN runs ON runs.id = job.run_id
                WHERE job.settled_at IS NULL AND job.state IN ('queued', 'retry_due')
                    AND runs.state = 'cancelled'
                ORDER BY job.id LIMIT :batch FOR UPDATE OF job SKIP LOCKED
            )
        """),
        {"batch": BATCH},
    )
    db.session.execute(
        text("""
            DELETE FROM run_seen USING runs
            WHERE run_seen.run_id = runs.id AND runs.state = 'cancelled'
                AND runs.finished_at > now() - interval '1 day'
        """)
    )
    db.session.commit()


def ring_again_for_offer_jobs() -> int:
    """Announced jobs that wait in PostgreSQL, but in no queue of Valkey."""
    try:
        waiting = {
            id
            for name in (queues.OFFERS_LIVE, queues.OFFERS_BULK)
            for id in queues.ids_named(queues.APPLY_OFFER, queues.queue(name).job_ids)
        }
    except RedisError:
        return 0
    rows = db.session.scalars(
        text("""
            SELECT job.id FROM offer_jobs AS job LEFT JOIN runs ON runs.id = job.run_id
            WHERE job.settled_at IS NULL AND job.state = 'queued'
                AND (job.delivery_id IS NOT NULL OR job.id <= runs.announced_id)
                AND job.created_at < now() - make_interval(secs => :grace)
            ORDER BY job.id LIMIT :batch
        """),
        {"grace": GRACE_SECONDS, "batch": BATCH},
    )
    lost = [id for id in rows if id not in waiting]
    return _enqueue_and_commit(lost, queues.OFFERS_BULK)


def ring_again_for_runs() -> None:
    """Runs that nobody has, or whose last word was lost. Ringing twice is harmless: runs are
    claimed."""
    rows = db.session.execute(
        text("""
            SELECT id, state FROM runs WHERE
                (state = 'queued' AND coalesce(due_at, created_at + interval '5 s') <= now())
                OR (state IN ('fetching', 'reading') AND lease_until < now())
                OR (state = 'applying' AND settled >= staged)
            ORDER BY id
        """)
    ).all()
    for run_id, state in rows:
        if state == "applying":
            queues.enqueue_after_commit(
                db.session(), queues.DEFAULT, queues.FINISH_RUN, run_id, job_id=f"finish-{run_id}"
            )
        elif not queues.is_waiting(queues.IMPORTS, f"run-{run_id}"):
            ring_for_run(run_id)
    undone = db.session.scalars(
        text("""
            SELECT id FROM runs WHERE decision = 'approved' AND withdrawn = 0 AND held > 0
                AND decided_at > now() - interval '1 day'
        """)
    )
    for run_id in undone:
        queues.enqueue_after_commit(
            db.session(), queues.DEFAULT, queues.WITHDRAW_HELD, run_id, job_id=f"withdraw-{run_id}"
        )
    db.session.commit()


def start_due_remaps() -> None:
    """Those that were asked for just when a run of the source was coming to its end."""
    due = db.session.scalars(
        select(Source).where(
            Source.remap_due.is_not(None),
            ~exists().where(Run.source_id == Source.id, Run.state.in_(OPEN_STATES)),
        )
    )
    for source in due:
        start_due_remap(source)
    db.session.commit()


def remove_old_spools(folder: Path) -> None:
    """Folders of imports whose worker was killed before it could tidy up."""
    oldest = time.time() - SPOOL_DAYS * 86_400
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        # An import that ends takes its folder away while we look.
        with suppress(FileNotFoundError):
            if path.name.startswith("run-") and path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)


def _enqueue_and_commit(ids: list[int], queue_name: str) -> int:
    if ids:
        log.info("Bringing %d offer jobs back to %s.", len(ids), queue_name)
        queues.enqueue_offer_jobs_after_commit(db.session(), queue_name, ids)
    db.session.commit()
    return len(ids)
