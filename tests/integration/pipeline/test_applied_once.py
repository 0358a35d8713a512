"""Applied once: running a job again changes nothing, and an older version never wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from kyero_by_hand import FeedFile, records
from pipeline_steps import (
    counters,
    history,
    jobs_of,
    make_source,
    offer,
    run_of,
    run_to_end,
    sql,
    start,
    work_offers,
)
from sqlalchemy import text

from jobs import tasks
from jobs.apply import apply_offers, take_up, write_down
from jobs.settle import FenceLost, write_turn
from webapp.extensions import db

LEASE = 60


def staged(source: int, file: FeedFile, written: list[str]) -> tuple[int, list[int]]:
    """A run that is read, but not applied: its id and its jobs' ids."""
    run_id = start(source, file.write(written))
    tasks.import_run(run_id)
    return run_id, [job.id for job in jobs_of(run_id)]


def everything() -> list[Any]:
    """All that applying writes."""
    return [
        sql(f"SELECT * FROM {table} ORDER BY 1")
        for table in ("offers", "offer_revisions", "problems", "rejections", "offer_jobs", "runs")
    ]


def test_running_jobs_again_changes_nothing(file: FeedFile) -> None:
    source = make_source()
    run_id, ids = staged(source, file, records(20))
    apply_offers(ids, LEASE)
    tasks.finish_run(run_id)
    before = everything()
    assert len(before[0]) == 20
    apply_offers(ids, LEASE)
    tasks.apply_offer(ids[3])
    tasks.finish_run(run_id)
    tasks.import_run(run_id)
    assert everything() == before


def test_the_same_id_twice_in_one_turn_is_applied_once(file: FeedFile) -> None:
    source = make_source()
    run_id, ids = staged(source, file, records(3))
    apply_offers([*ids, *ids], LEASE)
    assert counters(run_of(run_id)) == {"read": 3, "staged": 3, "settled": 3, "created": 3}


def test_an_older_version_never_overwrites_a_newer_one(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    older, ids = staged(source, file, records(3, H1="Denia"))
    sql("UPDATE offer_jobs SET sequence = 1 WHERE run_id = :id", id=older)
    apply_offers(ids, LEASE)
    assert (offer(source, "H1").city, run_of(older).superseded) == ("Altea", 1)
    assert [kind for kind, _ in history(source, "H1")] == ["created"]


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_two_versions_in_one_turn_the_newer_stays(file: FeedFile, newest_first: bool) -> None:
    source = make_source()
    first, ids = staged(source, file, records(1, H1="Denia"))
    # The second reading starts while the first one's job still waits.
    sql("UPDATE runs SET state = 'finished' WHERE id = :id", id=first)
    second, more = staged(source, file, records(1, H1="Calpe"))
    both = more + ids if newest_first else ids + more
    apply_offers(both, LEASE)
    assert offer(source, "H1").city == "Calpe"
    assert (run_of(first).superseded, run_of(second).created) == (1, 1)
    assert [kind for kind, _ in history(source, "H1")] == ["created"]


def test_two_workers_with_the_same_ids_apply_each_job_once(app: Flask, file: FeedFile) -> None:
    source = make_source()
    run_id, ids = staged(source, file, records(200))

    together = Barrier(4)

    def work(order: int) -> int:
        """How many jobs this worker got."""
        with app.app_context():
            together.wait()
            mapped = [take_up(ids[::order][at : at + 20], LEASE) for at in range(0, 200, 20)]
            for turn in mapped:
                write_down(turn)
            return sum(map(len, mapped))

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(work, (1, -1, 1, -1)))
    assert sum(taken) == 200 and max(taken) < 200
    run = run_of(run_id)
    assert counters(run) == {"read": 200, "staged": 200, "settled": 200, "created": 200}
    assert sql("SELECT count(*) FROM offer_revisions") == [(200,)]
    assert sql("SELECT max(attempt) FROM offer_jobs") == [(1,)]


def test_two_versions_applied_by_two_workers_end_with_the_newer(app: Flask, file: FeedFile) -> None:
    source = make_source()
    first, ids = staged(source, file, records(60))
    sql("UPDATE runs SET state = 'finished' WHERE id = :id", id=first)
    towns = {f"H{number}": "Calpe" for number in range(1, 61)}
    second, more = staged(source, file, records(60, **towns))

    def work(mine: list[int]) -> None:
        with app.app_context():
            for at in range(0, 60, 5):
                apply_offers(mine[at : at + 5], LEASE)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (ids, more[::-1])))
    assert sql("SELECT DISTINCT city FROM offers") == [("Calpe",)]
    assert run_of(first).settled == run_of(second).settled == 60
    assert run_of(first).created + run_of(second).created == 60
    assert sql("SELECT count(*) FROM offer_revisions WHERE kind = 'created'") == [(60,)]
    updated = run_of(second).updated
    assert sql("SELECT count(*) FROM offer_revisions WHERE kind = 'updated'") == [(updated,)]


def test_a_worker_whose_fence_was_stolen_writes_nothing(file: FeedFile) -> None:
    source = make_source()
    run_id, ids = staged(source, file, records(2))
    mapped = take_up(ids, LEASE)
    sql("UPDATE offer_jobs SET fence = fence + 1 WHERE id = :id", id=ids[0])
    with pytest.raises(FenceLost):
        write_turn(mapped)
    db.session.rollback()
    assert sql("SELECT count(*) FROM offers") == [(0,)]
    assert sql("SELECT count(*) FROM offer_revisions") == [(0,)]
    assert run_of(run_id).settled == 0


def test_of_a_turn_with_one_stolen_fence_the_others_are_applied(file: FeedFile) -> None:
    source = make_source()
    run_id, ids = staged(source, file, records(5))
    # The lease of one job runs out at the very moment its turn is written.
    sql(f"""
        CREATE FUNCTION steal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            UPDATE offer_jobs SET fence = fence + 1 WHERE id = {ids[2]} AND state = 'running';
            RETURN NULL;
        END $$;
        CREATE TRIGGER steal AFTER INSERT ON offers FOR EACH STATEMENT EXECUTE FUNCTION steal()
    """)
    try:
        apply_offers(ids, LEASE)
    finally:
        sql("DROP TRIGGER steal ON offers; DROP FUNCTION steal")
    assert counters(run_of(run_id)) == {"read": 5, "staged": 5, "settled": 4, "created": 4}
    assert sql("SELECT count(*) FROM offers") == [(4,)]
    assert [job.id for job in jobs_of(run_id) if job.state == "running"] == [ids[2]]


def test_a_cancelled_run_is_not_applied_any_further(file: FeedFile) -> None:
    source = make_source()
    run_id, ids = staged(source, file, records(4))
    apply_offers(ids[:2], LEASE)
    db.session.execute(text("UPDATE runs SET state = 'cancelled', finished_at = now()"))
    db.session.commit()
    work_offers()
    assert sql("SELECT count(*) FROM offers") == [(2,)]
    assert run_of(run_id).state == "cancelled"
