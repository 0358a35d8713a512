"""What the tick forgets of each kind, and what stays however old it is."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from jobs.earlier_runs import earlier_counts
from jobs.retention import walk
from tests.deliveries import make_delivery, make_delivery_job, make_webhook
from tests.factories import (
    hold,
    make_fault,
    make_issue,
    make_job,
    make_offer,
    make_problem,
    make_rejected_job,
    make_revision,
    make_run,
    make_source,
)
from webapp.extensions import db
from webapp.models import (
    Agency,
    Fault,
    IssueDay,
    JobState,
    Offer,
    OfferJob,
    OfferRecord,
    OfferRevision,
    RetentionPass,
    Retry,
    RetryJob,
    RetryState,
    Run,
    RunRemoval,
    RunState,
    Source,
    Verdict,
    utc_now,
)


@pytest.fixture
def source(agency: Agency) -> Source:
    return make_source(agency)


@pytest.fixture
def forget(app: Flask) -> Any:
    """A tick on the day after: forget(run_days=7)."""

    def tick(**settings: Any) -> None:
        db.session.execute(update(RetentionPass).values(due_at=utc_now()))
        db.session.commit()
        walk.forget_old_rows(replace(app.config["OFFERDOCK"], **settings))

    return tick


def days_ago(days: float) -> datetime:
    return utc_now() - timedelta(days=days)


def old_run(source: Source, days: float = 40, state: str = RunState.FINISHED, **more: Any) -> Run:
    changes = {"began": days_ago(days), "finished_at": days_ago(days)} | more
    return make_run(source, state, **changes)


def old_job(run: Run, external_id: str, state: str = JobState.DONE, **more: Any) -> OfferJob:
    changes = {"created_at": run.created_at, "settled_at": run.finished_at} | more
    return make_job(run, external_id, state, **changes)


def ids(model: Any) -> set[int]:
    return set(db.session.scalars(select(model.id)))


def test_old_settled_jobs_go_with_their_raw_records(source: Source, forget: Any) -> None:
    old, young = old_run(source), old_run(source, 20)
    for number in range(5):
        old_job(old, f"H{number}")
    kept = old_job(young, "H1")
    forget()
    assert ids(OfferJob) == ids(OfferRecord) == {kept.id}
    assert ids(Run) == {old.id, young.id}


def test_a_job_stays_while_an_offer_a_refusal_or_a_problem_stands_on_it(
    source: Source, forget: Any
) -> None:
    run = old_run(source)
    of_offer = old_job(run, "H1")
    make_offer(source, "H1", job_id=of_offer.id)
    make_offer(source, "H9", job_id=old_job(run, "H9").id + 1)
    refused = make_rejected_job(run, "H2")
    of_problem = old_job(run, "H3")
    make_problem(run, "H3", job_id=of_problem.id, severity="warning")
    for external_id in ("H1", "H2", "H3"):
        old_job(run, external_id)
    db.session.execute(
        update(OfferJob).values(created_at=run.created_at, settled_at=run.finished_at)
    )
    forget()
    assert ids(OfferJob) == ids(OfferRecord) == {of_offer.id, refused.id, of_problem.id}


def test_the_latest_attempt_of_an_offer_stays_when_it_was_without_success(
    source: Source, forget: Any
) -> None:
    run = old_run(source)
    old_job(run, "H1", JobState.QUARANTINED)
    latest = old_job(run, "H1", JobState.QUARANTINED)
    old_job(run, "H2", JobState.FAILED)
    succeeded = old_job(old_run(source, 20), "H2")
    forget()
    assert ids(OfferJob) == {latest.id, succeeded.id}


def test_a_job_that_was_sent_again_or_whose_run_is_not_over_stays(
    source: Source, forget: Any
) -> None:
    waiting = old_job(old_run(source), "H1", JobState.QUEUED, settled_at=None)
    lately = old_job(old_run(source), "H2", settled_at=days_ago(3))
    held = old_run(source, state=RunState.HELD)
    going_on = old_run(source, state=RunState.APPLYING)
    kept = {waiting.id, lately.id, old_job(held, "H3").id, old_job(going_on, "H4").id}
    forget()
    assert ids(OfferJob) == kept


def test_jobs_of_deliveries_are_left_to_their_own_policy(source: Source, forget: Any) -> None:
    delivery = make_delivery(make_webhook(source), {"id": "A1"})
    job = make_delivery_job(delivery, "A1", created_at=days_ago(90), settled_at=days_ago(90))
    forget()
    assert ids(OfferJob) == {job.id}


def test_old_changes_go_but_never_the_last_ones_of_an_offer(source: Source, forget: Any) -> None:
    run = make_run(source)
    often, seldom = make_offer(source), make_offer(source)
    of_often = [make_revision(often, run, "updated", at=days_ago(400)) for _ in range(5)]
    of_seldom = [make_revision(seldom, run, "created", at=days_ago(400)) for _ in range(2)]
    young = make_revision(often, run, "updated", at=days_ago(300))
    forget(revisions_kept=3)
    kept = [*of_often[-2:], *of_seldom, young]
    assert ids(OfferRevision) == {revision.id for revision in kept}


def test_old_runs_go_with_their_lists_but_never_the_last_ones_of_a_source(
    agency: Agency, source: Source, forget: Any
) -> None:
    other = old_run(make_source(agency, "Alcor CRM"), 400)
    failed = {"state": RunState.FAILED, "verdict": Verdict.INCOMPLETE}
    runs = [old_run(source, 400 - number, **failed) for number in range(6)]
    offer = make_offer(source)
    for run in (runs[0], runs[5]):
        db.session.add(RunRemoval(run_id=run.id, offer_id=offer.id))
    forget(runs_kept=4)
    assert ids(Run) == {other.id, *(run.id for run in runs[2:])}
    assert db.session.scalars(select(RunRemoval.run_id)).all() == [runs[5].id]
    assert ids(Offer) == {offer.id}


def test_a_run_stays_while_it_is_held_or_open_or_has_a_job_or_a_problem_left(
    source: Source, forget: Any
) -> None:
    failed = {"state": RunState.FAILED, "verdict": Verdict.INCOMPLETE}
    held = old_run(source, 400)
    hold(held, [make_offer(source)])
    with_job, with_problem = old_run(source, 400, **failed), old_run(source, 400, **failed)
    make_offer(source, "H1", job_id=old_job(with_job, "H1").id)
    make_problem(with_problem, "H2")
    left = old_run(source, 400, **failed, decision="left")
    going_on = old_run(source, 400, RunState.APPLYING, finished_at=None)
    old_run(source, 400, **failed)
    last = old_run(source, 1)
    forget(runs_kept=1)
    kept = (held, with_job, with_problem, left, going_on, last)
    assert ids(Run) == {run.id for run in kept}
    assert db.session.scalars(select(RunRemoval.run_id)).all() == [held.id]


def test_a_run_goes_once_its_jobs_are_gone(source: Source, forget: Any) -> None:
    run = old_run(source, 400, RunState.FAILED, verdict=Verdict.INCOMPLETE)
    old_job(run, "H1")
    last = old_run(source, 1)
    forget(runs_kept=1)
    assert ids(Run) == {last.id}


def test_the_runs_that_the_next_feed_is_measured_by_stay(source: Source, forget: Any) -> None:
    gauges = [old_run(source, 400, read=100 + number) for number in range(12)]
    suspicious = old_run(source, 300, verdict=Verdict.SUSPICIOUS)
    for _ in range(4):
        last = old_run(source, 200, verdict=Verdict.UNCHANGED)
    before = earlier_counts(source.id)
    forget(runs_kept=1)
    assert ids(Run) == {*(run.id for run in gauges[2:]), suspicious.id, last.id}
    assert earlier_counts(source.id) == before


def test_old_daily_counts_of_issues_go(source: Source, forget: Any) -> None:
    issue = make_issue(make_run(source))
    days = [date.today() - timedelta(days=days) for days in (400, 92, 88, 0)]
    db.session.add_all(IssueDay(issue_id=issue.id, day=day, affected=3) for day in days)
    forget()
    assert set(db.session.scalars(select(IssueDay.day))) == set(days[2:])


def test_a_retry_that_is_over_goes_with_its_list_a_batch_at_a_time(
    source: Source, forget: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "BATCH", 3)
    old, young, still_open = (
        Retry(agency_id=agency.id, state=state, finished_at=finished_at)
        for agency, state, finished_at in (
            (source.agency, RetryState.FINISHED, utc_now() - timedelta(days=31)),
            (source.agency, RetryState.CANCELLED, utc_now() - timedelta(days=29)),
            (source.agency, RetryState.OPEN, None),
        )
    )
    db.session.add_all([old, young, still_open])
    db.session.flush()
    for retry, count in ((old, 7), (young, 2), (still_open, 2)):
        db.session.add_all(RetryJob(retry_id=retry.id, job_id=id) for id in range(1, count + 1))
    left = [young.id, still_open.id]
    db.session.commit()

    monkeypatch.setattr(walk, "TICK_SECONDS", 0.0)
    forget()
    lists = select(RetryJob.retry_id, func.count()).group_by(RetryJob.retry_id)
    assert dict(db.session.execute(lists).all()) == {old.id: 4, young.id: 2, still_open.id: 2}
    monkeypatch.setattr(walk, "TICK_SECONDS", 5.0)
    forget()
    assert dict(db.session.execute(lists).all()) == dict.fromkeys(left, 2)
    assert list(db.session.scalars(select(Retry.id).order_by(Retry.id))) == left


def test_a_fault_is_forgotten_once_it_was_not_met_for_long(source: Source, forget: Any) -> None:
    for code, days in (("mapping_failed", 31), ("reading_failed", 29)):
        make_fault(source, code=code, first_seen_at=days_ago(90), last_seen_at=days_ago(days))
    forget()
    assert list(db.session.scalars(select(Fault.code))) == ["reading_failed"]


def test_a_tick_without_time_takes_one_batch_of_each_kind_and_the_next_goes_on(
    source: Source, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "BATCH", 3)
    monkeypatch.setattr(walk, "TICK_SECONDS", 0.0)
    run = old_run(source)
    stays = [old_job(run, f"H{number}") for number in range(4)]
    for job in stays:
        make_offer(source, job.external_id, job_id=job.id)
    for number in range(4):
        old_job(run, f"H{number}")
    issue = make_issue(run)
    first = date.today() - timedelta(days=200)
    db.session.add_all(
        IssueDay(issue_id=issue.id, day=first + timedelta(days=day), affected=1) for day in range(5)
    )
    left = []
    for _ in range(4):
        db.session.commit()
        walk.forget_old_rows(app.config["OFFERDOCK"])
        days = db.session.scalar(select(func.count()).select_from(IssueDay))
        left.append((len(ids(OfferJob)), days))
    assert left == [(8, 2), (6, 0), (4, 0), (4, 0)]
    assert ids(OfferJob) == {job.id for job in stays}


def test_a_walk_that_is_over_begins_anew_a_day_later(
    source: Source, app: Flask, forget: Any
) -> None:
    forget()
    gone = old_job(old_run(source), "H1")
    db.session.commit()
    walk.forget_old_rows(app.config["OFFERDOCK"])
    assert ids(OfferJob) == {gone.id}
    forget()
    assert ids(OfferJob) == set()


def test_of_two_ticks_at_once_the_later_leaves_a_kind_alone(
    source: Source, app: Flask, forget: Any
) -> None:
    forget()
    gone = old_job(old_run(source), "H1")
    db.session.execute(update(RetentionPass).values(due_at=utc_now()))
    db.session.commit()
    with db.engine.begin() as other:
        other.execute(select(RetentionPass.kind).with_for_update())
        walk.forget_old_rows(app.config["OFFERDOCK"])
        assert ids(OfferJob) == {gone.id}
        db.session.commit()
    walk.forget_old_rows(app.config["OFFERDOCK"])
    assert ids(OfferJob) == set()
