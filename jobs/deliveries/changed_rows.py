"""Deliveries whose offers are fetched, in their table: one worker at a time has one, by a fence and
a lease, and what was fetched is staged with what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from jobs.deliveries.split_rows import note_receipts
from jobs.deliveries.taken import TakenDelivery
from jobs.errors import PipelineError
from jobs.job_rows import NewJob, copy_jobs
from jobs.problem_rows import ProblemRow, insert_problems
from jobs.retry import retry_pause
from webapp import queues
from webapp.delivery_causes import WorkCause
from webapp.extensions import db

# Without any offer fetched in between; the pauses add up to six hours.
MOST_ATTEMPTS = 12

_CLAIM = text("""
    UPDATE deliveries AS delivery SET attempt = delivery.attempt + 1, fence = delivery.fence + 1,
        due_at = NULL, lease_until = now() + make_interval(secs => :lease)
    FROM sources AS source
    LEFT JOIN webhooks AS webhook ON webhook.source_id = source.id
    WHERE source.id = :source_id AND delivery.id = (
        SELECT id FROM deliveries
        WHERE source_id = :source_id AND finished_at IS NULL AND state = 'fetching'
            AND coalesce(due_at <= now(), true) AND coalesce(lease_until < now(), true)
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING delivery.id, delivery.source_id, delivery.sequence, source.mapping_id,
        coalesce(webhook.settings, '{}')::text, '', NULL, delivery.fence, delivery.attempt,
        delivery.ids_left, delivery.staged + delivery.rejected
""")

_STAGE = text("""
    UPDATE deliveries SET ids_left = CAST(:ids_left AS text[]), staged = staged + :staged,
        rejected = rejected + :rejected, attempt = 1,
        cause = CASE WHEN :rejected > 0 THEN 'offers_refused' ELSE cause END,
        cause_detail = '', lease_until = now() + make_interval(secs => :lease)
    WHERE id = :id AND fence = :fence AND state = 'fetching'
    RETURNING id
""")

# Its offers may all be settled by now: then nobody else says that it is done.
_FINISH = text("""
    UPDATE deliveries SET state = CASE WHEN settled >= staged THEN 'done' ELSE 'staged' END,
        finished_at = CASE WHEN settled >= staged THEN now() END,
        staged_at = now(), lease_until = NULL, ids_left = NULL
    WHERE id = :id AND fence = :fence AND state = 'fetching'
    RETURNING state
""")

_LEAVE = text("""
    UPDATE deliveries SET lease_until = NULL, cause_detail = :detail,
        due_at = now() + make_interval(secs => :pause)
    WHERE id = :id AND fence = :fence AND state = 'fetching'
""")

_GIVE_UP = text("""
    UPDATE deliveries SET state = 'unreadable', cause = :cause, cause_detail = :detail,
        lease_until = NULL, due_at = NULL, finished_at = now()
    WHERE id = :id AND fence = :fence AND state = 'fetching'
    RETURNING id
""")


class FetchLost(Exception):
    """Another worker has the delivery: leave everything to it."""


@dataclass(slots=True)
class ClaimedFetch:
    delivery: TakenDelivery
    fence: int
    attempt: int
    # None: the list that tells is fetched first.
    ids_left: list[str] | None
    # Of the offers so far.
    position: int
    lease_seconds: int


def claim_fetch(source_id: int, lease_seconds: int) -> ClaimedFetch | None:
    """The source's next delivery that is due, in the order of their arrival. Commits."""
    row = db.session.execute(_CLAIM, {"source_id": source_id, "lease": lease_seconds}).one_or_none()
    db.session.commit()
    if row is None:
        return None
    fence, attempt, ids_left, position = row[7:]
    return ClaimedFetch(TakenDelivery(*row[:7]), fence, attempt, ids_left, position, lease_seconds)


def note_ids(claimed: ClaimedFetch, ids: Sequence[str]) -> None:
    """Commits.

    :raise FetchLost:
    """
    claimed.ids_left = list(ids)
    stage_fetched(claimed, [], [])


def stage_fetched(
    claimed: ClaimedFetch, jobs: Sequence[NewJob], refused: Sequence[ProblemRow]
) -> None:
    """With what is left of the delivery's ids. Commits.

    :raise FetchLost:
    """
    held = db.session.scalar(
        _STAGE,
        {
            "id": claimed.delivery.id,
            "fence": claimed.fence,
            "ids_left": claimed.ids_left,
            "staged": len(jobs),
            "rejected": len(refused),
            "lease": claimed.lease_seconds,
        },
    )
    if held is None:
        db.session.rollback()
        raise FetchLost
    claimed.attempt = 1
    job_ids = copy_jobs(jobs)
    insert_problems(refused)
    queues.enqueue_offer_jobs_after_commit(db.session(), queues.OFFERS_LIVE, job_ids)
    if not claimed.ids_left:
        state = db.session.scalar(_FINISH, {"id": claimed.delivery.id, "fence": claimed.fence})
        if state == "done":
            note_receipts({claimed.delivery.id: claimed.delivery.source_id})
    db.session.commit()


def try_again_later(claimed: ClaimedFetch, error: PipelineError) -> None:
    """After a pause, or never, when it has been tried often enough. Commits."""
    if claimed.attempt >= MOST_ATTEMPTS:
        give_up(claimed, WorkCause.FETCH_FAILED, str(error))
        return
    _leave(claimed, retry_pause(claimed.attempt), str(error))


def hand_back(claimed: ClaimedFetch) -> None:
    """For the source's next turn. Commits."""
    _leave(claimed, 0, "")


def _leave(claimed: ClaimedFetch, pause: float, detail: str) -> None:
    db.session.execute(
        _LEAVE,
        {
            "id": claimed.delivery.id,
            "fence": claimed.fence,
            "pause": pause,
            "detail": detail,
        },
    )
    db.session.commit()


def give_up(claimed: ClaimedFetch, cause: WorkCause, detail: str) -> None:
    """Commits."""
    ended = db.session.scalar(
        _GIVE_UP,
        {
            "id": claimed.delivery.id,
            "fence": claimed.fence,
            "cause": cause,
            "detail": detail,
        },
    )
    if ended is not None:
        note_receipts({claimed.delivery.id: claimed.delivery.source_id})
    db.session.commit()
