"""RQ jobs of which there are many, all alike but for an id: one is made and serialised by RQ, the
server makes the others of it. RQ's own `enqueue_many` spends 180 µs of the caller's time on each,
and its `enqueue_call` more than the vendors' door on all the rest of a delivery."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from redis import Redis
from redis.commands.core import Script
from rq import Queue
from rq.job import Job, JobStatus
from rq.serializers import DefaultSerializer
from rq.utils import now, utcformat

COPIES_AT_ONCE = 1000
_TIMES = ("created_at", "enqueued_at")
_COPY_JOBS = b"""
redis.call('SADD', KEYS[3], KEYS[1])
local fields, first = {}, tonumber(ARGV[1]) + 2
for i = 2, first - 1 do fields[i - 1] = ARGV[i] end
local last = #fields
fields[last + 1] = 'data'
for i = first, #ARGV, 2 do
    fields[last + 2] = ARGV[i + 1]
    redis.call('HSET', KEYS[2] .. ARGV[i], unpack(fields))
    redis.call('RPUSH', KEYS[1], ARGV[i])
end
"""


@dataclass(frozen=True, slots=True)
class Copied:
    """The job's name, what its keys in Valkey begin with, and after how many seconds RQ gives up
    on it."""

    name: str
    prefix: str
    timeout: int

    def key(self, id: int | str) -> str:
        return f"{self.prefix}-{id}"


def enqueue_copies(connection: Redis, queue_name: str, copied: Copied, ids: Sequence[int]) -> None:
    """One RQ job an id, a thousand a round trip."""
    moment = utcformat(now())
    shared = [*_shared_fields(queue_name, copied)]
    for name in _TIMES:
        shared += (name, moment)
    keys = [_queue_key(queue_name), Job.redis_job_namespace_prefix, Queue.redis_queues_keys]
    copy_jobs = Script(connection, _COPY_JOBS)
    for start in range(0, len(ids), COPIES_AT_ONCE):
        copies: list[str | bytes] = []
        for id in ids[start : start + COPIES_AT_ONCE]:
            call = DefaultSerializer.dumps((copied.name, None, (id,), {}))
            copies += (copied.key(id), zlib.compress(call, 1))
        copy_jobs(keys=keys, args=[len(shared), *shared, *copies])


@lru_cache(maxsize=32)
def _shared_fields(queue_name: str, copied: Copied) -> tuple[str | bytes, ...]:
    """Names and values in turn, as RQ stores them; without those that tell one job from another."""
    template = Job.create(
        copied.name, args=(0,), connection=Redis(), origin=queue_name, status=JobStatus.QUEUED,
        timeout=copied.timeout, result_ttl=0, failure_ttl=86_400,
        description=copied.name.rpartition(".")[2],
    )  # fmt: skip
    fields = template.to_dict(include_meta=False)
    own = {"data", *_TIMES}
    return tuple(
        part for name, value in fields.items() if value != "" and name not in own
        for part in (name, value)
    )  # fmt: skip


@lru_cache(maxsize=32)
def _queue_key(queue_name: str) -> str:
    return str(Queue(queue_name, connection=Redis()).key)
