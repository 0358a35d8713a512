"""One turn of the offers worker: claim ▸ map ▸ validate ▸ upsert ▸ settle, many jobs at once.

Every job has its own fate. When the database refuses something in a turn, its jobs are written
again one at a time, so that the one at fault fails alone.
"""

import logging
from collections.abc import Sequence

import psycopg
from sqlalchemy.exc import DBAPIError

from jobs.claim_jobs import ClaimedJob, claim_jobs, suspects_among
from jobs.faults import report_fault
from jobs.map_jobs import MappedJob, map_job
from jobs.retry import MOST_ATTEMPTS, try_again_later
from jobs.settle import FenceLost, settle_failure, write_turn
from webapp.extensions import db
from webapp.offers.problems import problem

log = logging.getLogger(__name__)

REFUSED = "offer_refused_by_database"


def apply_offers(ids: Sequence[int], lease_seconds: int) -> int:
    """Apply the offer jobs of one turn; returns how many were taken up.

    Commits. Jobs that are settled, taken or cancelled meanwhile are left alone, so running the
    same ids twice changes nothing.
    """
    claimed = claim_jobs(ids, lease_seconds, alone=False)
    if claimed:
        _apply([map_job(job) for job in claimed])
    taken = len(claimed)
    if taken < len(ids):
        # A worker died on these once: each runs alone, so that the culprit is known next time.
        for suspect in suspects_among(ids):
            for job in claim_jobs([suspect], lease_seconds, alone=True):
                _apply([map_job(job)])
                taken += 1
    return taken


def _apply(mapped: Sequence[MappedJob]) -> None:
    try:
        try:
            write_turn(mapped)
        except (DBAPIError, psycopg.Error) as error:
            db.session.rollback()
            if len(mapped) == 1:
                cause = error.orig if isinstance(error, DBAPIError) else error
                _settle_refusal(mapped[0].job, cause or error)
            else:
                log.info("A turn of %d offers is written one at a time: %s", len(mapped), error)
                _apply_one_by_one(mapped)
    except FenceLost:
        db.session.rollback()
        if len(mapped) == 1:
            log.info("Offer job %d belongs to another worker by now.", mapped[0].job.id)
        else:
            _apply_one_by_one(mapped)


def _apply_one_by_one(mapped: Sequence[MappedJob]) -> None:
    for one in mapped:
        _apply([one])


def _settle_refusal(job: ClaimedJob, error: BaseException) -> None:
    if isinstance(error, psycopg.OperationalError) and job.attempt < MOST_ATTEMPTS:
        # A deadlock, a full disk, a server that restarts: the way was blocked, not the offer bad.
        log.warning("Offer job %d will be tried again: %s", job.id, error)
        try_again_later(job, str(error))
    else:
        report_fault(job, REFUSED, error)
        said = str(error).partition("\n")[0]
        settle_failure(job, problem(REFUSED, "", said))
