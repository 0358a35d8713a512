"""The jobs that RQ keeps as failed, over all queues, newest first.

These are faults in the work itself, such as an import that ran out of time: wrong offers are
problems, and what must not be lost lies in PostgreSQL.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.results import Result
from rq.utils import as_text

from webapp import queues
from webapp.queries.engines import impatient_valkey

# Of each queue; RQ forgets a failed job after a day.
LOOKED_AT = 500
NAMES_AN_EXCEPTION = re.compile(r"(?:\w+\.)*[A-Z]\w*[a-z]\w*(?:: |$)")


@dataclass(frozen=True, slots=True)
class FailedJob:
    """`error` is one line of `traceback`; both are "" when the worker died without a word."""

    queue: str
    id: str
    name: str
    arguments: str
    failed_at: datetime | None
    error: str
    traceback: str


def failed_jobs(queue: str, name: str, search: str) -> list[FailedJob] | None:
    """Each filter is off when it is empty; None while Valkey is away."""
    names = [queue] if queue else queues.QUEUE_NAMES
    try:
        with impatient_valkey(current_app.config["OFFERDOCK"]) as connection:
            found = [job for one in names for job in _failed_of(connection, one)]
    except RedisError:
        return None
    wanted = search.casefold()
    matching = [
        job
        for job in found
        if name in ("", job.name) and wanted in f"{job.id}\n{job.traceback}".casefold()
    ]
    earliest = datetime.min.replace(tzinfo=UTC)
    return sorted(matching, key=lambda job: job.failed_at or earliest, reverse=True)


def _failed_of(connection: Redis, queue: str) -> Iterable[FailedJob]:
    registry = FailedJobRegistry(queue, connection=connection)
    ids = registry.get_job_ids(-LOOKED_AT, -1, cleanup=False)
    jobs = [job for job in Job.fetch_many(ids, connection=connection) if job is not None]
    with connection.pipeline(transaction=False) as pipe:
        for job in jobs:
            pipe.xrevrange(Result.get_key(job.id), count=1)  # type: ignore[no-untyped-call]
        results = pipe.execute()
    for job, entries in zip(jobs, results, strict=True):
        traceback = _traceback(job, entries, connection)
        yield FailedJob(
            queue=queue,
            id=job.id,
            name=job.func_name or "",
            arguments=", ".join(map(str, job.args)),
            failed_at=job.ended_at.replace(tzinfo=UTC) if job.ended_at else None,
            error=error_line(traceback),
            traceback=traceback,
        )


def error_line(traceback: str) -> str:
    """The last exception that it names; others add lines of their own after it."""
    named = [line for line in traceback.splitlines() if NAMES_AN_EXCEPTION.match(line)]
    return named[-1] if named else traceback.strip().rpartition("\n")[2]


def _traceback(job: Job, entries: list[tuple[bytes, dict[bytes, bytes]]], connection: Redis) -> str:
    if not entries:
        return ""
    [(entry_id, fields)] = entries
    return Result.restore(job.id, as_text(entry_id), fields, connection).exc_string or ""
