"""Sending failed RQ jobs again, or dropping them, as an admin decides.

Both are safe: a job that runs twice changes nothing, and of a job that is dropped PostgreSQL still
knows whether its work is done.
"""

from collections.abc import Callable, Iterable

from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job, JobStatus
from rq.registry import FailedJobRegistry

from webapp import queues
from webapp.models import User
from webapp.services.audit import note_operation

# Ids that the audit log spells out.
NAMED = 20


def requeue_failed(ids: Iterable[str], user: User) -> int:
    """How many went back to their queue. An id that isn't among the failed any more is passed over.

    :raise RedisError: Valkey is away.
    """
    done = _each(ids, lambda registry, job: registry.requeue(job))
    if done:
        note_operation("jobs_requeued", user, number=len(done), jobs=done[:NAMED])
    return len(done)


def delete_failed(ids: Iterable[str], user: User) -> int:
    """How many are gone. An id that isn't among the failed any more is passed over.

    :raise RedisError: Valkey is away.
    """
    done = _each(ids, lambda registry, job: registry.remove(job, delete_job=True))
    if done:
        note_operation("jobs_deleted", user, number=len(done), jobs=done[:NAMED])
    return len(done)


def _each(ids: Iterable[str], act: Callable[[FailedJobRegistry, Job], object]) -> list[str]:
    connection = queues.valkey()
    done = []
    for id in ids:
        try:
            job = Job.fetch(id, connection=connection)
            registry = FailedJobRegistry(job.origin, connection=connection)
            if job not in registry:
                continue
            if job.get_status() != JobStatus.FAILED:
                # The sweeper has sent it again since, under the same id.
                registry.remove(job)
                continue
            act(registry, job)
        except (NoSuchJobError, InvalidJobOperation):
            continue
        done.append(id)
    return done
