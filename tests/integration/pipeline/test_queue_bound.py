"""Valkey holds a bounded number of offer jobs; PostgreSQL hands the rest out in order."""

import pytest
from flask import Flask
from interruptions import absent_valkey, pass_time
from kyero_by_hand import FeedFile, records
from pipeline_steps import (
    counters,
    jobs_of,
    make_source,
    run_of,
    start,
    waiting,
    work_offers,
)
from redis import Redis

from jobs import announce, stage, tasks
from jobs.announce import refill_bulk_queue
from jobs.claims import claim_run
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from jobs.stage import stage_records
from jobs.sweep import sweep
from webapp import queues
from webapp.config import Config
from webapp.presets import load_preset

MOST = 40

DOCUMENT = load_preset("kyero_v3")


@pytest.fixture(autouse=True)
def small_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "MOST_WAITING", MOST)
    monkeypatch.setattr(stage, "CHUNK_RECORDS", 20)
    monkeypatch.setattr(announce, "LIVE_HEAD", 10)
    monkeypatch.setattr(announce, "LOW_WATER", 5)
    monkeypatch.setattr(announce, "REFILL", 25)


def read(file: FeedFile, count: int, name: str = "Harbour feed") -> tuple[int, list[int]]:
    run_id = start(make_source(name=name), file.write(records(count)))
    tasks.import_run(run_id)
    return run_id, [job.id for job in jobs_of(run_id)]


def test_a_runs_head_goes_to_the_live_queue_and_the_bulk_queue_stays_bounded(
    file: FeedFile,
) -> None:
    run_id, ids = read(file, 200)
    assert waiting(queues.OFFERS_LIVE) == ids[:10]
    bulk = waiting(queues.OFFERS_BULK)
    assert MOST <= len(bulk) < MOST + 20
    assert bulk == ids[10 : 10 + len(bulk)]
    assert run_of(run_id).announced_id == bulk[-1] and run_of(run_id).staged_id == ids[-1]


def test_a_refill_announces_the_rest_in_order_and_each_job_once(
    file: FeedFile, valkey: Redis
) -> None:
    _, ids = read(file, 200)
    announced = waiting(queues.OFFERS_LIVE) + waiting(queues.OFFERS_BULK)
    while True:
        valkey.flushall()
        if not refill_bulk_queue():
            break
        assert len(waiting(queues.OFFERS_BULK)) <= 25
        announced += waiting(queues.OFFERS_BULK)
    assert announced == ids


def test_nothing_is_announced_while_enough_waits(file: FeedFile) -> None:
    read(file, 200)
    assert refill_bulk_queue() == 0


def test_the_workers_themselves_empty_a_run_far_larger_than_the_queue(file: FeedFile) -> None:
    run_id, _ = read(file, 300)
    work_offers()
    assert counters(run_of(run_id)) == {
        "read": 300, "staged": 300, "settled": 300, "created": 300,
    }  # fmt: skip


def test_a_small_feed_does_not_wait_for_a_large_one(file: FeedFile) -> None:
    read(file, 200, "Large")
    _, small = read(file, 8, "Small")
    assert waiting(queues.OFFERS_LIVE)[-8:] == small
    assert len(waiting(queues.OFFERS_LIVE)) == 10 + 8


def test_what_could_not_be_announced_during_an_outage_is_announced_afterwards(
    app: Flask, file: FeedFile, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = start(make_source(), file.write(records(100)))
    with monkeypatch.context() as outage:
        outage.setitem(app.extensions, "valkey", absent_valkey())
        tasks.import_run(run_id)
    assert run_of(run_id).staged == 100
    pass_time(11)
    sweep(config)
    work_offers()
    assert run_of(run_id).settled == 100


def test_an_outage_after_everything_announced_is_applied_stops_nothing(
    app: Flask, file: FeedFile, config: Config, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, _ = read(file, 200)
    # The bells of all that was announced have been answered when Valkey comes back, empty.
    queues.valkey().flushall()
    with monkeypatch.context() as outage:
        outage.setitem(app.extensions, "valkey", absent_valkey())
        for id in [job.id for job in jobs_of(run_id)][:70]:
            tasks.apply_offer(id)
    sweep(config)
    work_offers()
    assert run_of(run_id).settled == 200


def test_a_run_that_the_workers_have_caught_up_with_rings_by_itself_again(
    file: FeedFile, valkey: Redis
) -> None:
    run_id = start(make_source(), file.write(records(120)))
    run = claim_run(run_id, 60)
    assert run is not None
    run.sequence = 1
    raw_records = read_feed(file.path, DOCUMENT.reading, facts=DocumentFacts())
    reading = stage_records(run, raw_records, DOCUMENT, DocumentFacts(), expect_changes=True)
    for _ in range(4):
        next(reading)
    assert run_of(run_id).announced_id < run_of(run_id).staged_id
    while valkey.flushall() and refill_bulk_queue():
        pass
    assert next(reading) == 100
    assert waiting(queues.OFFERS_BULK) == [job.id for job in jobs_of(run_id)][80:]


def test_large_records_make_smaller_chunks(file: FeedFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "CHUNK_BYTES", 1500)
    run_id = start(make_source(), file.write(records(12)))
    run = claim_run(run_id, 60)
    assert run is not None
    run.sequence = 1
    raw_records = read_feed(file.path, DOCUMENT.reading, facts=DocumentFacts())
    read = list(stage_records(run, raw_records, DOCUMENT, DocumentFacts(), expect_changes=False))
    assert read[-1] == 12 and len(read) > 2
    assert [job.position for job in jobs_of(run_id)] == list(range(1, 13))
