"""From accepted deliveries to offer jobs: many deliveries in one transaction, each with its own
fate; the offers workers apply the jobs in the very turn that made them."""

import logging
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from zstandard import ZstdDecompressor

from jobs.database_away import DATABASE_AWAY
from jobs.deliveries.cut import Split, cut_delivery
from jobs.deliveries.split_rows import note_receipts, write_splits
from jobs.deliveries.taken import TakenDelivery, take_deliveries
from jobs.faults import report_fault
from webapp import queues
from webapp.delivery_causes import WorkCause
from webapp.extensions import db

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
# Before a delivery that a worker failed at is taken up again.
PAUSE_SECONDS = 30
UNDECIDED = (*DATABASE_AWAY, PoolTimeout)

_BEGIN_ALONE = text("""
    UPDATE deliveries SET attempt = attempt + 1,
        due_at = now() + make_interval(secs => :pause)
    WHERE id = :id AND state = 'accepted' RETURNING attempt
""")
_GIVE_UP = text("""
    UPDATE deliveries SET state = 'unreadable', cause = :cause, cause_detail = :detail,
        finished_at = now(), due_at = NULL
    WHERE id = :id AND state = 'accepted' RETURNING source_id
""")
_BACK = text("""
    UPDATE deliveries SET attempt = greatest(attempt, 1),
        due_at = now() + make_interval(secs => :pause)
    WHERE id = ANY(CAST(:ids AS bigint[])) AND state = 'accepted'
""")
_SUSPECTS = text("""
    SELECT id FROM deliveries WHERE id = ANY(CAST(:ids AS bigint[])) AND state = 'accepted'
        AND due_at IS NOT NULL
    ORDER BY id
""")


def split_deliveries(ids: Sequence[int], most: int) -> list[int]:
    """Stage the records of accepted deliveries and commit; deliveries that are in other hands, or
    have been split already, are left alone.

    Returns the first `most` of the new offer jobs, for the caller to apply; the others are rung
    for.
    """
    try:
        taken, job_ids = _split(take_deliveries(ids), most)
    except UNDECIDED:
        raise
    except Exception as error:
        db.session.rollback()
        log.warning("%d deliveries are split one at a time: %s", len(ids), error)
        return _split_alone(ids, most)
    if taken < len(ids):
        suspects = db.session.scalars(_SUSPECTS, {"ids": list(ids)}).all()
        db.session.commit()
        job_ids += _split_alone(suspects, most - len(job_ids))
    return job_ids


def _split(taken: Sequence[TakenDelivery], most: int) -> tuple[int, list[int]]:
    decompressor = ZstdDecompressor()
    splits: list[Split] = []
    faulty: list[int] = []
    for delivery in taken:
        try:
            splits.append(cut_delivery(delivery, decompressor))
        except Exception as error:
            report_fault(delivery, "split_failed", error)
            faulty.append(delivery.id)
    job_ids = write_splits(splits)
    if faulty:
        db.session.execute(_BACK, {"ids": faulty, "pause": PAUSE_SECONDS})
    queues.enqueue_offer_jobs_after_commit(db.session(), queues.OFFERS_LIVE, job_ids[most:])
    db.session.commit()
    return len(taken), job_ids[:most]


def _split_alone(ids: Sequence[int], most: int) -> list[int]:
    """Each is counted before it is tried, so that one that kills its worker comes to an end."""
    job_ids: list[int] = []
    for id in ids:
        attempt = db.session.scalar(_BEGIN_ALONE, {"id": id, "pause": PAUSE_SECONDS})
        if attempt is not None and attempt > MOST_ATTEMPTS:
            detail = f"It was tried {MOST_ATTEMPTS} times."
            source_id = db.session.scalar(
                _GIVE_UP, {"id": id, "cause": WorkCause.WORKER_DIED, "detail": detail}
            )
            if source_id is not None:
                note_receipts({id: source_id})
        db.session.commit()
        if attempt is None or attempt > MOST_ATTEMPTS:
            continue
        taken = take_deliveries([id], alone=True)
        try:
            job_ids += _split(taken, most - len(job_ids))[1]
        except UNDECIDED:
            raise
        except Exception as error:
            db.session.rollback()
            report_fault(taken[0], "split_failed", error)
    return job_ids
