"""What people hear of runs: failed, held, refused, far fewer offers; a source that is given up."""

from datetime import timedelta
from pathlib import Path

import pytest
from kyero_by_hand import FeedFile, record, records
from pipeline_steps import make_source, run_of, run_to_end, sql, work_offers
from refused_feeds import misbehave, source_with_offers
from sqlalchemy import select

from demo.modes import Mode
from jobs import tasks
from jobs.due_sources import start_due_runs
from jobs.notify.lateness import tell_of_late_sources
from jobs.source_health import BROKEN_AFTER, LONGEST_PAUSE, SLOWED_AFTER, slowing_pause
from tests.people import make_admin
from webapp.alert_kinds import AlertKind
from webapp.channel_addresses import checked_address
from webapp.extensions import db
from webapp.models import (
    Alert,
    Issue,
    Notification,
    Run,
    ScheduleKind,
    Source,
    SourceStatus,
    Trigger,
    utc_now,
)
from webapp.schedules import Schedule
from webapp.services.issues import Ignoring, ignore_issue
from webapp.services.notifications import RuleSettings, add_channel, add_rule
from webapp.services.runs import approve_removals, start_run
from webapp.services.sources import pause_source, resume_source

HOURLY = Schedule(ScheduleKind.INTERVAL, "60")


def listen(source_id: int, *kinds: AlertKind) -> None:
    """The agency has a channel and a rule about the source's kinds of problems."""
    agency = db.session.get_one(Source, source_id).agency
    channel = add_channel(agency, "Office", checked_address("office@serena.example"))
    add_rule(agency, None, RuleSettings(list(kinds)), [channel])
    db.session.commit()


def alerts() -> list[tuple[str, bool]]:
    """Kind of each alert in the order they came, and whether it is still open."""
    rows = db.session.execute(select(Alert.kind, Alert.closed_at.is_(None)).order_by(Alert.id))
    return [(kind, bool(is_open)) for kind, is_open in rows]


def messages() -> list[str]:
    return list(db.session.scalars(select(Notification.kind).order_by(Notification.id)))


def area_of(external_id: str, area: str) -> str:
    return record(external_id, more=f"<surface_area><built>{area}</built></surface_area>")


def behave(source: int, vendor: str) -> None:
    sql("UPDATE sources SET location = :url WHERE id = :id",
        url=f"{vendor}/kyero/calm-bay.xml?offers=13", id=source)  # fmt: skip


def run_by_hand(source_id: int) -> Run:
    run = start_run(db.session.get_one(Source, source_id), trigger=Trigger.MANUAL)
    run_id = run.id
    db.session.commit()
    tasks.import_run(run_id)
    work_offers()
    tasks.finish_run(run_id)
    return run_of(run_id)


def source_of(id: int) -> Source:
    return db.session.get_one(Source, id, populate_existing=True)


def test_a_feed_that_fails_again_and_again_is_told_once_and_so_is_its_end(vendor: str) -> None:
    source = source_with_offers(vendor)
    listen(source, AlertKind.RUN_FAILED)
    for _ in range(3):
        run = misbehave(source, vendor, Mode.ERROR_404)
        assert run.error_code
    assert alerts() == [("run_failed", True)]
    assert messages() == ["opened"]
    [alert] = db.session.scalars(select(Alert))
    assert run.error_message and run.error_message in alert.text
    tasks_sent()
    behave(source, vendor)
    run_to_end(source)
    assert alerts() == [("run_failed", False)]
    assert messages() == ["opened", "closed"]


def tasks_sent() -> None:
    """What is due was sent."""
    sql("UPDATE notifications SET state = 'sent', attempt = 1, sent_at = now()")


def test_a_held_run_is_told_until_somebody_decides(file: FeedFile) -> None:
    source = make_source()
    listen(source, AlertKind.RUN_HELD)
    run_to_end(source, file.write(records(20)))
    assert alerts() == []
    run = run_to_end(source, file.write(records(20)[10:]))
    assert alerts() == [("run_held", True)]
    run_to_end(source, file.write(records(20)[11:]))
    assert alerts() == [("run_held", True)]
    held = db.session.scalars(select(Run).where(Run.state == "held")).one()
    assert held.id > run.id
    approve_removals(held, make_admin())
    db.session.commit()
    assert alerts() == [("run_held", False)]


def test_many_refused_records_are_told_and_their_end_too(file: FeedFile) -> None:
    source = make_source()
    listen(source, AlertKind.REJECTED_SHARE)
    run = run_to_end(source, file.write([*records(10), *[record(None)] * 10]))
    assert run.rejected == 10
    assert ("rejected_share", True) in alerts()
    run_to_end(source, file.write(records(20)))
    assert ("rejected_share", False) in alerts()


def test_far_more_offers_than_before_are_told(file: FeedFile) -> None:
    source = make_source()
    listen(source, AlertKind.OFFER_COUNT_MOVED)
    run_to_end(source, file.write(records(20)))
    run_to_end(source, file.write(records(24)))
    assert alerts() == []
    run_to_end(source, file.write(records(40)))
    assert alerts() == [("offer_count_moved", True)]
    run_to_end(source, file.write(records(41)))
    assert alerts() == [("offer_count_moved", False)]


def test_one_bad_field_is_one_message_and_its_repair_another(file: FeedFile) -> None:
    source = make_source()
    listen(source, AlertKind.ISSUE_NEW, AlertKind.ISSUE_REGRESSED)
    bad = [area_of(f"H{number}", f"large {number}") for number in range(1, 21)]
    run_to_end(source, file.write(bad))
    [issue_id] = db.session.scalars(select(Issue.id))
    assert alerts() == [("issue_new", True)]
    run_to_end(source, file.write(bad))
    assert alerts() == [("issue_new", True)]
    assert messages() == ["opened"]
    tasks_sent()
    run_to_end(source, file.write(records(20)))
    assert alerts() == [("issue_new", False)]
    assert messages() == ["opened", "closed"]
    run_to_end(source, file.write(bad))
    assert alerts() == [("issue_new", False), ("issue_regressed", True)]
    ignore_issue(db.session.get_one(Issue, issue_id), Ignoring(), make_admin())
    db.session.commit()
    assert alerts() == [("issue_new", False), ("issue_regressed", False)]


def test_an_issue_is_told_without_the_vendors_own_words(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write([area_of("H1", "&lt;!channel&gt; pay me")]))
    [alert] = db.session.scalars(select(Alert))
    assert "channel" not in f"{alert.title}{alert.text}"


def fail_by_schedule(source: int, vendor: str, times: int) -> None:
    for _ in range(times):
        misbehave(source, vendor, Mode.ERROR_404)


def test_a_source_that_keeps_failing_is_given_up_with_one_message(vendor: str) -> None:
    source = source_with_offers(vendor)
    listen(source, AlertKind.SOURCE_BROKEN)
    fail_by_schedule(source, vendor, BROKEN_AFTER - 1)
    assert source_of(source).status == SourceStatus.ACTIVE
    fail_by_schedule(source, vendor, 1)
    found = source_of(source)
    assert found.status == SourceStatus.BROKEN
    assert found.next_run_at is None
    assert f"Its last {BROKEN_AFTER} runs failed" in found.status_reason
    assert ("source_broken", True) in alerts()
    assert messages() == ["opened"]


def test_a_run_that_succeeds_mends_it(vendor: str) -> None:
    source = make_source(f"{vendor}/kyero/calm-bay.xml?offers=12", schedule=HOURLY)
    run_to_end(source)
    fail_by_schedule(source, vendor, BROKEN_AFTER)
    assert source_of(source).status == SourceStatus.BROKEN
    behave(source, vendor)
    run_by_hand(source)
    found = source_of(source)
    assert (found.status, found.status_reason, found.failures) == ("active", "", 0)
    assert found.next_run_at is not None
    assert ("source_broken", False) in alerts()


def test_whoever_resumes_it_gives_it_a_new_chance(vendor: str) -> None:
    source = source_with_offers(vendor)
    fail_by_schedule(source, vendor, BROKEN_AFTER)
    resume_source(source_of(source), make_admin())
    db.session.commit()
    assert source_of(source).failures == 0
    assert ("source_broken", False) in alerts()
    fail_by_schedule(source, vendor, 1)
    assert source_of(source).status == SourceStatus.ACTIVE


def test_a_new_source_whose_first_runs_fail_is_not_given_up(vendor: str) -> None:
    source = make_source(f"{vendor}/kyero/calm-bay.xml?offers=12")
    fail_by_schedule(source, vendor, BROKEN_AFTER + 1)
    found = source_of(source)
    assert (found.status, found.failures) == ("active", BROKEN_AFTER + 1)


def test_failures_started_by_hand_do_not_count(vendor: str) -> None:
    source = source_with_offers(vendor)
    sql("UPDATE sources SET location = :url", url=f"{vendor}/kyero/calm-bay.xml?mode=404")
    for _ in range(BROKEN_AFTER):
        assert run_by_hand(source).error_code
    assert source_of(source).failures == 0


def test_a_failing_source_is_read_less_and_less_often() -> None:
    pauses = [slowing_pause(failures) for failures in range(BROKEN_AFTER)]
    assert pauses[:SLOWED_AFTER] == [timedelta(0)] * SLOWED_AFTER
    assert pauses[SLOWED_AFTER:] == sorted(set(pauses[SLOWED_AFTER:]))
    assert slowing_pause(1_000) == LONGEST_PAUSE


def test_the_next_run_of_a_failing_source_is_put_off(vendor: str) -> None:
    source = make_source(vendor, schedule=HOURLY)
    sql("UPDATE sources SET next_run_at = now(), failures = :n", n=SLOWED_AFTER + 2)
    assert start_due_runs() == 1
    upcoming = source_of(source).next_run_at
    assert upcoming is not None
    assert upcoming > utc_now() + timedelta(hours=2, minutes=59)


@pytest.fixture
def late(file: FeedFile) -> int:
    """A source that was last read two days ago."""
    source = make_source(schedule=HOURLY)
    run_to_end(source, file.write(records(3)))
    sql("UPDATE sources SET last_read_at = now() - interval '2 days',"
        " located_at = now() - interval '9 days'")  # fmt: skip
    sql("UPDATE audit_log SET at = now() - interval '9 days'")
    return source


def test_a_source_without_success_for_a_day_is_told_once(late: int, tmp_path: Path) -> None:
    listen(late, AlertKind.NO_SUCCESS_FOR)
    tell_of_late_sources()
    tell_of_late_sources()
    assert alerts() == [("no_success_for", True)]
    assert messages() == ["opened"]
    sql("UPDATE sources SET last_read_at = now()")
    tell_of_late_sources()
    assert alerts() == [("no_success_for", False)]


def test_a_source_is_not_late_while_its_next_run_is_not_due_or_has_just_begun(late: int) -> None:
    listen(late, AlertKind.NO_SUCCESS_FOR)
    sql("UPDATE sources SET next_run_at = now() + interval '5 days'")
    sql("UPDATE runs SET created_at = now() - interval '3 days'")
    tell_of_late_sources()
    start_run(source_of(late), trigger=Trigger.SCHEDULE)
    db.session.commit()
    tell_of_late_sources()
    assert alerts() == []
    sql("UPDATE runs SET state = 'failed', finished_at = now() WHERE finished_at IS NULL")
    tell_of_late_sources()
    assert alerts() == [("no_success_for", True)]


def test_a_source_that_rests_or_has_just_been_resumed_is_not_late(late: int) -> None:
    listen(late, AlertKind.NO_SUCCESS_FOR)
    pause_source(source_of(late), make_admin())
    db.session.commit()
    tell_of_late_sources()
    resume_source(source_of(late), None)
    db.session.commit()
    tell_of_late_sources()
    assert alerts() == []
