"""One turn of the offers worker: claim ▸ map ▸ validate ▸ upsert ▸ settle, many jobs at once.

Every job has its own fate. When the database refuses something in a turn, or a fault of ours shows
while it is written, its jobs are written again one at a time, so that the one at fault fails alone.
"""

import logging
from collections.abc import Callable, Sequence

import psycopg
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from jobs.claim_jobs import ClaimedJob, claim_jobs, suspects_among
from jobs.fault_facts import cause_of
from jobs.faults import report_fault
from jobs.map_jobs import MappedJob, map_jobs
from jobs.offer_rows import OfferAppeared
from jobs.retry import MOST_ATTEMPTS, try_again_later
from jobs.settle import BaseMoved, FenceLost, settle_failure, write_turn
from jobs.withdraw_rows import OlderWaits
from webapp.extensions import db
from webapp.offers.problems import problem

log = logging.getLogger(__name__)

REFUSED = "offer_refused_by_database"
# Says nothing about any offer: look again, leave it to another worker, wait for a connection.
UNDECIDED = (OfferAppeared, BaseMoved, FenceLost, OlderWaits, PoolTimeout, InvalidRequestError)
DATABASE_AWAY = (psycopg.OperationalError, psycopg.InterfaceError)


def apply_offers(ids: Sequence[int], lease_seconds: int) -> None:
    """Apply the offer jobs of one turn. Commits.

    Jobs that are settled, taken or cancelled meanwhile are left alone, so running the same ids
    twice changes nothing.
    """
    mapped = take_up(ids, lease_seconds)
    write_down(mapped)
    apply_suspects(ids, lease_seconds, taken=len(mapped))


def take_up(ids: Sequence[int], lease_seconds: int) -> list[MappedJob]:
    """The first half of a turn: claim the jobs and make offers of their records. Commits."""
    return map_jobs(claim_jobs(ids, lease_seconds, alone=False))


def write_down(
    mapped: Sequence[MappedJob], *, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """The second half: write the offers and settle the jobs, together if possible. Commits.

    `meanwhile` is called while PostgreSQL writes; it must not use this session.
    """
    if mapped:
        _write(mapped, meanwhile)


def apply_suspects(ids: Sequence[int], lease_seconds: int, *, taken: int) -> None:
    """A worker died on these once: each runs alone, so that the culprit is known next time."""
    if taken < len(ids):
        for suspect in suspects_among(ids):
            write_down(map_jobs(claim_jobs([suspect], lease_seconds, alone=True)))


def _write(mapped: Sequence[MappedJob], meanwhile: Callable[[], None] = lambda: None) -> None:
    try:
        try:
            write_turn(mapped, meanwhile)
        except UNDECIDED:
            raise
        except Exception as error:
            db.session.rollback()
            if len(mapped) == 1:
                _settle_refusal(mapped[0].job, error)
            else:
                log.info("A turn of %d offers is written one at a time: %s", len(mapped), error)
                _write_one_by_one(mapped)
    except OfferAppeared:
        db.session.rollback()
        _write(mapped)
    except BaseMoved:
        db.session.rollback()
        _write(map_jobs([one.job for one in mapped]))
    except OlderWaits:
        db.session.rollback()
        if len(mapped) == 1:
            try_again_later(mapped[0].job, "An older record of this offer is worked first.")
        else:
            _write_one_by_one(mapped)
    except FenceLost:
        db.session.rollback()
        if len(mapped) == 1:
            log.info("Offer job %d belongs to another worker by now.", mapped[0].job.id)
        else:
            _write_one_by_one(mapped)


def _write_one_by_one(mapped: Sequence[MappedJob]) -> None:
    for one in mapped:
        _write([one])


def _settle_refusal(job: ClaimedJob, error: Exception) -> None:
    cause = cause_of(error)
    if isinstance(cause, DATABASE_AWAY) and job.attempt < MOST_ATTEMPTS:
        # A deadlock, a full disk, a server that restarts: the way was blocked, not the offer bad.
        ids = {"source": job.source_id, "run": job.run_id, "offer_job": job.id}
        log.warning("An offer job will be tried again: %s", cause, extra=ids)
        try_again_later(job, str(cause))
    else:
        report_fault(job, REFUSED, error)
        said = str(cause).partition("\n")[0]
        settle_failure(job, problem(REFUSED, "", said))
