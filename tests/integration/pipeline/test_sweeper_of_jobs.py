"""What became of an offer job: lost by Valkey, left by a dead worker, due again, or cancelled."""

import pytest
from interruptions import LEASE, database_failing, die_holding, pass_time
from kyero_by_hand import FeedFile, records
from pipeline_steps import (
    counters,
    jobs_of,
    lifecycles,
    make_source,
    offer,
    run_of,
    run_to_end,
    sql,
    start,
    waiting,
    work_offers,
)
from redis import Redis
from statements import sent_statements

from jobs import tasks
from jobs.apply import apply_offers
from jobs.retry import MOST_ATTEMPTS
from jobs.sweep import sweep
from webapp import queues
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Run
from webapp.services.runs import cancel_run


def staged(file: FeedFile, count: int) -> tuple[int, list[int]]:
    run_id = start(make_source(), file.write(records(count)))
    tasks.import_run(run_id)
    return run_id, [job.id for job in jobs_of(run_id)]


def all_waiting() -> list[int]:
    return sorted(waiting(queues.OFFERS_LIVE) + waiting(queues.OFFERS_BULK))


def test_jobs_that_valkey_forgot_come_back(file: FeedFile, valkey: Redis, config: Config) -> None:
    run_id, ids = staged(file, 6)
    valkey.flushall()
    pass_time(11)
    sweep(config)
    assert all_waiting() == ids
    work_offers()
    assert counters(run_of(run_id))["created"] == 6


def test_jobs_that_wait_in_the_queue_are_not_rung_for_twice(file: FeedFile, config: Config) -> None:
    _, ids = staged(file, 6)
    pass_time(3600)
    sweep(config)
    assert all_waiting() == ids


def test_a_job_just_taken_off_the_queue_is_left_to_its_worker(
    file: FeedFile, valkey: Redis, config: Config
) -> None:
    staged(file, 3)
    valkey.flushall()
    sweep(config)
    assert all_waiting() == []


def test_jobs_of_a_dead_worker_come_back_and_run_alone(file: FeedFile, config: Config) -> None:
    run_id, ids = staged(file, 4)
    die_holding(ids[:3])
    sweep(config)
    assert [job.suspect for job in jobs_of(run_id)] == [True, True, True, False]
    with sent_statements() as sent:
        apply_offers(ids, LEASE)
    taken_up = [one for one in sent if one.startswith("UPDATE offer_jobs AS job SET state = 'run")]
    assert len(taken_up) == 1 + 3
    run = run_of(run_id)
    assert counters(run) == {"read": 4, "staged": 4, "settled": 4, "created": 4}


def test_a_lease_that_still_runs_is_respected(file: FeedFile, config: Config) -> None:
    run_id, ids = staged(file, 2)
    die_holding(ids)
    sql("UPDATE offer_jobs SET lease_until = now() + interval '5 s'")
    sweep(config)
    assert {job.state for job in jobs_of(run_id)} == {"running"}
    apply_offers(ids, LEASE)
    assert counters(run_of(run_id)) == {"read": 2, "staged": 2}


def test_an_offer_on_which_a_worker_died_twice_alone_is_set_aside(
    file: FeedFile, config: Config
) -> None:
    run_id, ids = staged(file, 3)
    die_holding(ids)
    sweep(config)
    for _ in range(2):
        assert {job.state for job in jobs_of(run_id)} == {"queued"}
        die_holding(ids[1:2], alone=True)
        sweep(config)
    work_offers()
    tasks.finish_run(run_id)
    run = run_of(run_id)
    assert counters(run) == {
        "read": 3, "staged": 3, "settled": 3, "created": 2, "quarantined": 1,
    }  # fmt: skip
    assert run.state == "finished"
    culprit = jobs_of(run_id)[1]
    assert (culprit.state, culprit.error_code, culprit.deaths) == ("quarantined", "worker_died", 2)
    assert "twice" in (culprit.error_message or "")


def test_an_offer_whose_new_record_is_set_aside_shows_it(file: FeedFile, config: Config) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    run_id = start(source, file.write(records(3, H2="Javea")))
    tasks.import_run(run_id)
    ids = [job.id for job in jobs_of(run_id)]
    die_holding(ids)
    sweep(config)
    for _ in range(2):
        die_holding(ids, alone=True)
        sweep(config)
    assert (offer(source, "H2").sync_status, offer(source, "H2").city) == ("failed", "Altea")
    assert offer(source, "H1").sync_status == "ok"


def test_when_the_last_job_is_set_aside_the_run_finishes(file: FeedFile, config: Config) -> None:
    run_id, ids = staged(file, 1)
    die_holding(ids)
    sweep(config)
    for _ in range(2):
        die_holding(ids, alone=True)
        sweep(config)
    assert f"finish-{run_id}" in queues.queue(queues.DEFAULT).job_ids


@pytest.mark.parametrize("sqlstate", ["40P01", "53100", "57P01"], ids=["deadlock", "disk", "down"])
def test_when_the_database_is_in_trouble_the_offer_is_tried_again_later(
    file: FeedFile, config: Config, sqlstate: str
) -> None:
    run_id, ids = staged(file, 5)
    with database_failing("offers", "NEW.external_id = 'H2'", sqlstate):
        apply_offers(ids, LEASE)
    assert counters(run_of(run_id)) == {"read": 5, "staged": 5, "settled": 4, "created": 4}
    blocked = jobs_of(run_id)[1]
    assert (blocked.state, blocked.attempt, blocked.deaths) == ("retry_due", 1, 0)
    sweep(config)
    assert jobs_of(run_id)[1].state == "retry_due"
    pass_time(31)
    sweep(config)
    work_offers()
    assert counters(run_of(run_id)) == {"read": 5, "staged": 5, "settled": 5, "created": 5}


def test_trouble_that_never_ends_fails_the_offer_in_the_end(file: FeedFile) -> None:
    run_id, ids = staged(file, 2)
    with database_failing("offers", "NEW.external_id = 'H2'", "40P01"):
        for _ in range(MOST_ATTEMPTS):
            assert run_of(run_id).failed == 0
            apply_offers(ids, LEASE)
    assert counters(run_of(run_id)) == {
        "read": 2, "staged": 2, "settled": 2, "created": 1, "failed": 1,
    }  # fmt: skip


def test_jobs_of_a_cancelled_run_are_dropped(file: FeedFile, config: Config) -> None:
    run_id, ids = staged(file, 4)
    apply_offers(ids[:1], LEASE)
    assert cancel_run(db.session.get_one(Run, run_id), None)
    db.session.commit()
    sweep(config)
    assert [job.state for job in jobs_of(run_id)] == ["done", *["cancelled"] * 3]
    assert all(job.settled_at for job in jobs_of(run_id))
    assert sql("SELECT count(*) FROM run_seen") == [(0,)]
    assert len(lifecycles(run_of(run_id).source_id)) == 1
