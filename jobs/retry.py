"""Transport faults are tried again by themselves: how often, and after which pause."""

import random

from sqlalchemy import text

from jobs.claim_jobs import ClaimedJob
from webapp.extensions import db

MOST_ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 3600.0


def retry_pause(attempt: int) -> float:
    """Seconds before the next try after failed attempt number `attempt` (from 1).

    Doubles each time, up to an hour; between half and the whole of it at random, so that what
    failed together doesn't return together.
    """
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
    return random.uniform(longest / 2, longest)


def try_again_later(job: ClaimedJob, message: str) -> None:
    """Put a job back for later and commit.

    Raises what the database raises while it is away: the lease then brings the job back.
    """
    db.session.execute(
        text("""
            UPDATE offer_jobs SET state = 'retry_due', lease_until = NULL,
                due_at = now() + make_interval(secs => :pause), error_message = :message
            WHERE id = :id AND fence = :fence AND state = 'running'
        """),
        {
            "id": job.id,
            "fence": job.fence,
            "pause": retry_pause(job.attempt),
            "message": message,
        },
    )
    db.session.commit()
