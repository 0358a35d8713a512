"""rq-scheduler's known defects, one by one: the tick always comes back, and twice is harmless."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from pipeline_steps import make_source, sql
from redis import Redis
from rq.job import Job
from rq.utils import import_attribute
from rq_scheduler import Scheduler

from jobs import tasks
from jobs.tick import TICK_JOB_ID, TickScheduler
from webapp import queues
from webapp.config import Config
from webapp.models import ScheduleKind
from webapp.schedules import Schedule

SCHEDULED = Scheduler.scheduled_jobs_key
LOCK = Scheduler.scheduler_lock_key


@pytest.fixture
def scheduler(config: Config) -> TickScheduler:
    return TickScheduler(Redis.from_url(config.redis_url), config.tick_seconds)


def waiting_ticks() -> int:
    return queues.queue(queues.DEFAULT).job_ids.count(TICK_JOB_ID)


def come_due(valkey: Redis) -> None:
    valkey.zadd(SCHEDULED, {TICK_JOB_ID: 0}, xx=True)


def ticks_again(scheduler: TickScheduler, valkey: Redis) -> bool:
    """Whether the next cycle that is due puts the tick into the queue."""
    valkey.delete(queues.queue(queues.DEFAULT).key)
    scheduler.enqueue_jobs()
    come_due(valkey)
    scheduler.enqueue_jobs()
    return waiting_ticks() >= 1


def test_the_first_cycle_ticks_and_plans_the_next(scheduler: TickScheduler, valkey: Redis) -> None:
    scheduler.enqueue_jobs()
    assert waiting_ticks() == 1
    planned = valkey.zscore(SCHEDULED, TICK_JOB_ID)
    assert planned and planned > (datetime.now() + timedelta(seconds=10)).timestamp()
    scheduler.enqueue_jobs()
    assert waiting_ticks() == 1


def test_a_deleted_job_hash_does_not_end_the_tick(scheduler: TickScheduler, valkey: Redis) -> None:
    scheduler.enqueue_jobs()
    valkey.delete(Job.key_for(TICK_JOB_ID))
    assert ticks_again(scheduler, valkey)


def test_a_crash_between_taking_and_planning_does_not_end_the_tick(
    scheduler: TickScheduler, valkey: Redis
) -> None:
    scheduler.enqueue_jobs()
    valkey.zrem(SCHEDULED, TICK_JOB_ID)
    assert ticks_again(scheduler, valkey)


def test_a_flushed_valkey_does_not_end_the_tick(scheduler: TickScheduler, valkey: Redis) -> None:
    scheduler.enqueue_jobs()
    valkey.flushall()
    assert ticks_again(scheduler, valkey)


def test_a_tick_that_failed_ticks_again(scheduler: TickScheduler, valkey: Redis) -> None:
    scheduler.enqueue_jobs()
    Job.fetch(TICK_JOB_ID, connection=valkey).set_status("failed")
    assert ticks_again(scheduler, valkey)


def test_a_lock_left_behind_by_a_killed_process_ends_by_itself(
    scheduler: TickScheduler, config: Config, valkey: Redis
) -> None:
    killed = TickScheduler(Redis.from_url(config.redis_url), config.tick_seconds)
    assert killed.acquire_lock()
    assert not scheduler.acquire_lock()
    assert 0 < valkey.ttl(LOCK) <= 11
    valkey.delete(LOCK)
    assert scheduler.acquire_lock()


def test_the_lock_of_another_process_is_not_needed_to_tick_once(
    app: Flask, config: Config, valkey: Redis
) -> None:
    """Two processes that both believe they hold the lock only ring twice."""

    def cycle(_: int) -> None:
        TickScheduler(Redis.from_url(config.redis_url), config.tick_seconds).enqueue_jobs()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(cycle, range(2)))
    assert 1 <= waiting_ticks() <= 2
    source = make_source(schedule=Schedule(ScheduleKind.INTERVAL, "60"))
    sql("UPDATE sources SET next_run_at = now()")
    for _ in range(2):
        valkey.delete(queues.TICK_KEY)
        tasks.tick()
    assert sql("SELECT source_id FROM runs") == [(source,)]


def test_ticks_that_piled_up_are_answered_once(valkey: Redis) -> None:
    tasks.tick()
    noted = valkey.get(queues.TICK_KEY)
    tasks.tick()
    assert noted and valkey.get(queues.TICK_KEY) == noted


def test_a_tick_noted_by_a_clock_that_was_wrong_holds_nothing_up(valkey: Redis) -> None:
    future = f"{(datetime.now() + timedelta(hours=3)).timestamp():.3f}"
    valkey.set(queues.TICK_KEY, future)
    make_source(schedule=Schedule(ScheduleKind.INTERVAL, "60"))
    tasks.tick()
    assert valkey.get(queues.TICK_KEY) != future.encode()
    assert sql("SELECT count(*) FROM runs") == [(1,)]


@pytest.mark.parametrize("name", queues.JOB_NAMES)
def test_every_job_name_stands_for_a_task(name: str) -> None:
    task = import_attribute(name)
    assert callable(task) and task.__module__ == tasks.__name__
    assert queues.TIMEOUTS[name] > 0
