"""The writing half of a turn: offers, history, problems, the jobs' fates and the runs' counters.

All of it is one transaction, guarded by each job's fence, and the number of its statements
doesn't grow with the number of jobs.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from sqlalchemy import text

from jobs.claim_jobs import ClaimedJob
from jobs.fates import Fate, decisions, has_moved, is_superseded, revisions_of, withdrawals
from jobs.history_rows import insert_revisions, replace_problems, replace_rejections
from jobs.map_jobs import MappedJob
from jobs.offer_rows import (
    CurrentOffer,
    OfferWrite,
    current_offers,
    upsert_offers,
    upsert_parameters,
)
from jobs.partial_records import Key, store_whole_records
from jobs.settle_rows import settle_rows
from jobs.withdraw_rows import outdated_jobs, withdraw_offers
from webapp import queues
from webapp.extensions import db
from webapp.models import JobState
from webapp.offers.problems import Problem
from webapp.services.receipts import ring_for_receipts


class FenceLost(Exception):
    """A job of the turn was taken over: its lease had run out."""


class BaseMoved(Exception):
    """A partial record was laid over one that is not in force any more: map the turn again."""


def write_turn(mapped: Sequence[MappedJob], meanwhile: Callable[[], None] = lambda: None) -> None:
    """Write what came out of a turn and commit; `meanwhile` is called while PostgreSQL is busy.

    :raise FenceLost: when a job isn't ours any more; nothing is written then.
    :raise OfferAppeared: when the turn must be written again; nothing is written yet.
    :raise BaseMoved: when it must be mapped again; nothing is written yet.
    :raise OlderWaits: when a withdrawal must wait; all must be rolled back then.
    """
    jobs = [one.job for one in mapped]
    current = current_offers(jobs)
    if any(has_moved(one, current) for one in mapped if one.whole is not None):
        raise BaseMoved
    writes, fates = decisions(mapped, current, outdated_jobs(jobs, current))
    upsert = upsert_parameters(writes) if writes else None
    # The thread waits for PostgreSQL and does little else: two that compute would only take turns.
    with ThreadPoolExecutor(1, thread_name_prefix="write") as thread:
        written = thread.submit(
            copy_context().run, lambda: _write(mapped, writes, upsert, fates, current)
        )
        meanwhile()
    written.result()


def _write(
    mapped: Sequence[MappedJob],
    writes: Sequence[OfferWrite],
    upsert: dict[str, Any] | None,
    fates: dict[int, Fate],
    current: dict[Key, CurrentOffer],
) -> None:
    ids = upsert_offers(upsert, current) if upsert else {}
    revisions = revisions_of(writes, fates, current, ids)
    gone = [one for one in mapped if one.withdraws and not is_superseded(fates[one.job.id])]
    if gone:
        ids = withdraw_offers([one.job for one in gone], current)
        revisions += withdrawals(gone, fates, ids)
    insert_revisions(revisions)
    store_whole_records(
        (one.job.id, one.whole.record)
        for one in mapped
        if one.whole is not None and not is_superseded(fates[one.job.id])
    )
    replace_problems(mapped, fates)
    replace_rejections(fates)
    _settle(list(fates.values()))
    db.session.commit()


def settle_failure(job: ClaimedJob, found: Problem) -> None:
    """Give up on one job for good, with the problem that ended it, and commit.

    :raise FenceLost: when the job isn't ours any more; nothing is written then.
    """
    fate = Fate(job, JobState.FAILED, None, found.code, found.message)
    replace_problems([MappedJob(job, None, [found])], {job.id: fate})
    db.session.execute(
        text("""
            UPDATE offers SET sync_status = 'failed'
            WHERE source_id = :source_id AND external_id = :external_id
                AND NOT is_older(CAST(:version AS bigint), :sequence, version, sequence)
        """),
        {
            "source_id": job.source_id,
            "external_id": job.external_id,
            "sequence": job.sequence,
            "version": job.version,
        },
    )
    _settle([fate])
    db.session.commit()


def _settle(fates: Sequence[Fate]) -> None:
    """Settle jobs and count them; the last of a run rings for its finish."""
    groups = settle_rows(fates)
    if sum(group.settled for group in groups) != len(fates):
        raise FenceLost
    for group in groups:
        if group.run_id is not None and group.is_complete:
            _ring(group.run_id, queues.REGROUP_PROBLEMS if group.is_over else queues.FINISH_RUN)
    for source_id in {group.receipt_due_of for group in groups}:
        if source_id is not None:
            ring_for_receipts(source_id)


def _ring(run_id: int, job_name: str) -> None:
    verb = job_name.rpartition(".")[2].partition("_")[0]
    queues.enqueue_after_commit(
        db.session(), queues.DEFAULT, job_name, run_id, job_id=f"{verb}-{run_id}"
    )
