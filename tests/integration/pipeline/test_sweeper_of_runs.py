"""What became of a run: its bell was lost, its worker died reading, its end was forgotten."""

import os
from typing import Any

import pytest
from interruptions import die_reading, pass_time
from kyero_by_hand import FeedFile, record, records
from pipeline_steps import (
    counters,
    jobs_of,
    make_source,
    run_of,
    run_to_end,
    sql,
    start,
    work_offers,
)
from redis import Redis

from jobs import stage, tasks
from jobs.reading_ends import MOST_ATTEMPTS
from jobs.sweep import sweep
from webapp import queues
from webapp.config import Config


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "CHUNK_RECORDS", 10)


def rung(queue_name: str) -> list[str]:
    return list(queues.queue(queue_name).job_ids)


def test_a_run_that_valkey_forgot_is_rung_for_again(
    file: FeedFile, valkey: Redis, config: Config
) -> None:
    run_id = start(make_source(), file.write(records(2)))
    valkey.flushall()
    sweep(config)
    assert rung(queues.IMPORTS) == []
    pass_time(6)
    sweep(config)
    sweep(config)
    assert rung(queues.IMPORTS) == [f"run-{run_id}"]


@pytest.mark.usefixtures("small_chunks")
def test_a_run_whose_worker_died_goes_on_behind_the_last_chunk(
    file: FeedFile, valkey: Redis, config: Config
) -> None:
    source = make_source()
    run_to_end(source, file.write(records(12)))
    changed = {f"H{number}": "Denia" for number in range(1, 7)}
    written = [*records(44, **changed), record(None), record("H2")]
    written.insert(15, record("H1"))
    run_id = start(source, file.write(written))
    die_reading(run_id, behind=25)
    interrupted = run_of(run_id)
    assert (interrupted.state, interrupted.read) == ("reading", 20)
    valkey.flushall()
    pass_time(11)
    sweep(config)
    assert rung(queues.IMPORTS) == [f"run-{run_id}"]
    tasks.import_run(run_id)
    work_offers()
    tasks.finish_run(run_id)
    run = run_of(run_id)
    assert counters(run) == {
        "read": 47, "staged": 38, "settled": 38, "created": 32, "updated": 6, "unchanged": 6,
        "rejected": 3, "unidentified": 3,
    }  # fmt: skip
    assert (run.error_code, len(jobs_of(run_id))) == (None, 38)


@pytest.mark.usefixtures("small_chunks")
def test_jobs_staged_before_the_death_are_applied_meanwhile(file: FeedFile) -> None:
    run_id = start(make_source(), file.write(records(30)))
    die_reading(run_id, behind=20)
    work_offers()
    assert counters(run_of(run_id)) == {"read": 20, "staged": 20, "settled": 20, "created": 20}
    tasks.import_run(run_id)
    work_offers()
    assert counters(run_of(run_id)) == {"read": 30, "staged": 30, "settled": 30, "created": 30}


@pytest.mark.usefixtures("small_chunks")
def test_a_feed_that_changed_meanwhile_ends_the_run_in_words(file: FeedFile) -> None:
    source = make_source(absent_runs=1)
    run_to_end(source, file.write(records(30)))
    towns = {f"H{number}": "Denia" for number in range(1, 31)}
    run_id = start(source, file.write(records(30, **towns)))
    die_reading(run_id, behind=20)
    file.write(records(30))
    tasks.import_run(run_id)
    work_offers()
    tasks.finish_run(run_id)
    run = run_of(run_id)
    assert (run.state, run.verdict) == ("finished", "incomplete")
    assert run.error_code == "feed_changed_meanwhile"
    assert "20 records" in (run.error_message or "") and "again" in (run.error_hint or "")
    assert (run.updated, run.withdrawn, run.held) == (20, 0, 0)
    assert sql("SELECT count(*) FROM offer_jobs WHERE settled_at IS NULL") == [(0,)]
    assert run_to_end(source, file.path).verdict == "valid"


def test_a_run_in_living_hands_is_not_taken_over(file: FeedFile) -> None:
    run_id = start(make_source(), file.write(records(3)))
    sql("UPDATE runs SET state = 'reading', fence = 7, lease_until = now() + interval '9 s'")
    tasks.import_run(run_id)
    assert (run_of(run_id).fence, run_of(run_id).read) == (7, 0)


def test_a_feed_on_which_the_worker_always_dies_is_given_up(file: FeedFile, config: Config) -> None:
    run_id = start(make_source(), file.write(records(3)))
    for _ in range(MOST_ATTEMPTS):
        die_reading(run_id, behind=0)
        assert run_of(run_id).state == "reading"
    tasks.import_run(run_id)
    run = run_of(run_id)
    assert (run.state, run.error_code) == ("failed", "worker_died")
    assert run.error_message and run.error_hint and run.error_place


def test_a_fault_of_our_own_is_tried_again_and_told_without_a_traceback(vendor: str) -> None:
    source = make_source(f"{vendor}/kyero/first-light.xml?offers=3")
    sql("UPDATE mappings SET document = '{}'")
    run_id = start(source)
    tasks.import_run(run_id)
    run = run_of(run_id)
    assert (run.state, run.error_code) == ("queued", "reading_failed")
    assert run.due_at and "Traceback" not in f"{run.error_message}{run.error_hint}"
    for _ in range(MOST_ATTEMPTS - 1):
        pass_time(3600)
        tasks.import_run(run_id)
    assert run_of(run_id).state == "failed"


def test_a_forgotten_finish_is_rung_for_again(
    file: FeedFile, valkey: Redis, config: Config
) -> None:
    run_id = start(make_source(), file.write(records(2)))
    tasks.import_run(run_id)
    work_offers()
    assert rung(queues.DEFAULT) == [f"finish-{run_id}"]
    valkey.flushall()
    sweep(config)
    assert rung(queues.DEFAULT) == [f"finish-{run_id}"]


def test_a_forgotten_approval_is_rung_for_again(file: FeedFile, config: Config) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    run = run_to_end(source, file.write(records(8)))
    sql("UPDATE runs SET state = 'finished', decision = 'approved', decided_at = now()"
        " WHERE state = 'held'")  # fmt: skip
    sweep(config)
    assert f"withdraw-{run.id}" in rung(queues.DEFAULT)


def test_folders_of_killed_imports_are_removed_after_a_day(configure: Any, tmp_path: Any) -> None:
    config = configure(spool_dir=tmp_path)
    old, fresh = tmp_path / "run-1-x", tmp_path / "run-2-x"
    for folder in (old, fresh):
        folder.mkdir()
        (folder / "feed").write_text("half a feed")
    os.utime(old, (0, 0))
    sweep(config)
    assert list(tmp_path.iterdir()) == [fresh]
