"""Schedules come due: each source once, late ones caught up once, never two runs of one source."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from pipeline_steps import make_source, sql, start

from jobs.due_sources import start_due_runs
from webapp import queues
from webapp.extensions import db
from webapp.models import ScheduleKind, Source
from webapp.schedules import Schedule
from webapp.services.sources import pause_source, resume_source

HOURLY = Schedule(ScheduleKind.INTERVAL, "60")


def due_source(name: str = "Hourly", schedule: Schedule = HOURLY, *, late_by: str = "1 s") -> int:
    source = make_source(name=name, schedule=schedule)
    sql("UPDATE sources SET next_run_at = now() - CAST(:late AS interval) WHERE id = :id",
        late=late_by, id=source)  # fmt: skip
    return source


def runs() -> list[tuple[int, str]]:
    return [tuple(row) for row in sql("SELECT source_id, trigger FROM runs ORDER BY id")]


def next_run_at(source: int) -> datetime | None:
    [[moment]] = sql("SELECT next_run_at FROM sources WHERE id = :id", id=source)
    return moment  # type: ignore[no-any-return]


def rung() -> list[str]:
    return sorted(queues.queue(queues.IMPORTS).job_ids)


@pytest.fixture
def slow_sources() -> Iterator[None]:
    """Opening a run takes long enough for two ticks to be at it together."""
    sql("""
        CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_sleep(0.02); RETURN NEW;
        END $$;
        CREATE TRIGGER dawdle BEFORE INSERT ON runs FOR EACH ROW EXECUTE FUNCTION dawdle()
    """)
    yield
    sql("DROP TRIGGER dawdle ON runs; DROP FUNCTION dawdle")


def test_a_due_source_gets_a_run_and_its_next_time() -> None:
    source = due_source()
    assert start_due_runs() == 1
    assert runs() == [(source, "schedule")]
    assert rung() == ["run-1"]
    upcoming = next_run_at(source)
    assert upcoming and timedelta(minutes=59) < upcoming - datetime.now(UTC) <= timedelta(hours=1)
    assert start_due_runs() == 0


@pytest.mark.usefixtures("slow_sources")
def test_two_ticks_side_by_side_start_each_source_once(app: Flask) -> None:
    sources = [due_source(f"Feed {number}") for number in range(20)]
    together = Barrier(3)

    def tick(_: int) -> int:
        with app.app_context():
            together.wait()
            return start_due_runs()

    with ThreadPoolExecutor(3) as pool:
        started = list(pool.map(tick, range(3)))
    assert sum(started) == 20
    assert sorted(source for source, _ in runs()) == sources


def test_times_missed_while_down_are_caught_up_once() -> None:
    source = due_source(late_by="3 days")
    assert start_due_runs() == 1
    assert len(runs()) == 1
    upcoming = next_run_at(source)
    assert upcoming and upcoming > datetime.now(UTC)


def test_a_daily_source_waits_for_its_next_hour() -> None:
    daily = Schedule(ScheduleKind.DAILY, "03:00,13:00", "Europe/Madrid")
    source = due_source(schedule=daily, late_by="2 days")
    assert start_due_runs() == 1
    upcoming = next_run_at(source)
    assert upcoming and timedelta(0) < upcoming - datetime.now(UTC) <= timedelta(hours=15)


def test_a_paused_source_is_left_alone_until_it_is_resumed() -> None:
    source = due_source()
    pause_source(db.session.get_one(Source, source))
    db.session.commit()
    assert (start_due_runs(), next_run_at(source)) == (0, None)
    sql("UPDATE sources SET next_run_at = now() - interval '1 h'")
    assert start_due_runs() == 0
    resume_source(db.session.get_one(Source, source))
    db.session.commit()
    upcoming = next_run_at(source)
    assert upcoming and upcoming > datetime.now(UTC)


def test_a_source_that_is_still_being_read_skips_its_turn() -> None:
    source = due_source()
    open_run = start(source)
    assert start_due_runs() == 0
    assert sql("SELECT id FROM runs") == [(open_run,)]
    upcoming = next_run_at(source)
    assert upcoming and upcoming > datetime.now(UTC)


def test_one_busy_source_takes_no_bell_from_the_others() -> None:
    first, busy, last = (due_source(name) for name in ("First", "Busy", "Last"))
    sql("UPDATE sources SET next_run_at = now() - make_interval(secs => 10 - id)")
    start(busy)
    queues.valkey().flushall()
    assert start_due_runs() == 2
    started = sql("SELECT id, source_id FROM runs WHERE source_id <> :busy", busy=busy)
    assert {source for _, source in started} == {first, last}
    assert rung() == sorted(f"run-{run}" for run, _ in started)


def test_nobody_is_rung_for_before_the_runs_are_committed() -> None:
    for name in ("First", "Second"):
        due_source(name)
    sql("""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'not at the commit either'; END $$;
        CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON runs DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION refuse()
    """)
    try:
        with pytest.raises(Exception, match="not at the commit either"):
            start_due_runs()
    finally:
        db.session.rollback()
        sql("DROP TRIGGER refuse ON runs; DROP FUNCTION refuse")
    assert (rung(), runs()) == ([], [])


def test_a_source_that_is_read_on_demand_never_comes_due() -> None:
    make_source(schedule=Schedule(ScheduleKind.MANUAL))
    assert start_due_runs() == 0
