"""What was settled stays settled: issues after a retry, holds after a newer reading, schedules."""

from kyero_by_hand import FeedFile, feed, records
from pipeline_steps import lifecycles, make_source, retry_all, run_of, run_to_end, sql, work_offers
from refusals import database_refusing

from jobs import tasks
from jobs.due_sources import start_due_runs
from tests.people import make_admin
from webapp import queues
from webapp.extensions import db
from webapp.models import Run
from webapp.services.runs import approve_removals


def issues(source: int) -> list[tuple[str, str, int]]:
    return [
        tuple(row)
        for row in sql("SELECT code, state, affected FROM issues WHERE source_id = :id", id=source)
    ]


def test_an_issue_is_resolved_when_its_last_offer_succeeds_on_retry(file: FeedFile) -> None:
    source = make_source()
    with database_refusing("external_id = 'H2'"):
        run = run_to_end(source, file.write(records(3)))
    assert issues(source) == [("offer_refused_by_database", "open", 1)]
    retry_all(run.id)
    work_offers()
    assert queues.queue(queues.DEFAULT).job_ids[-1] == f"regroup-{run.id}"
    tasks.regroup_problems(run.id)
    assert issues(source) == [("offer_refused_by_database", "resolved", 0)]


def test_a_hold_spares_what_a_newer_broken_reading_has_seen(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    held = run_to_end(source, file.write(records(20)[10:]))
    broken = run_to_end(source, file.write_text(feed(records(3)).removesuffix("</root>\n")))
    assert (broken.verdict, run_of(held.id).state, run_of(held.id).held) == (
        "incomplete",
        "held",
        7,
    )
    approve_removals(db.session.get_one(Run, held.id), make_admin())
    db.session.commit()
    tasks.withdraw_held(held.id)
    gone = {one for one, lifecycle in lifecycles(source).items() if lifecycle == "withdrawn"}
    assert gone == {f"H{number}" for number in range(4, 11)}


def test_a_schedule_that_makes_no_sense_stops_its_source_alone() -> None:
    broken, good = make_source(name="Broken"), make_source(name="Good")
    sql("UPDATE sources SET next_run_at = now(), schedule_kind = 'cron', schedule_value = 'soon'"
        " WHERE id = :id", id=broken)  # fmt: skip
    sql("UPDATE sources SET next_run_at = now() WHERE id = :id", id=good)
    assert start_due_runs() == 1
    assert sql("SELECT status, next_run_at FROM sources WHERE id = :id", id=broken) == [
        ("broken", None)
    ]
    assert [row[0] for row in sql("SELECT source_id FROM runs")] == [good]


def test_the_timeline_shows_how_long_applying_took(file: FeedFile) -> None:
    run = run_to_end(make_source(), file.write(records(3)))
    assert [step["name"] for step in run.steps] == ["fetch", "read", "apply", "finish"]
