"""The end of a run: totals ▸ validity gate ▸ absence ▸ hold ▸ issues, in one transaction."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, text

from jobs.absence import count_absence, list_absent, spare_seen, withdraw_due
from jobs.claims import add_step
from jobs.earlier_runs import earlier_counts
from jobs.forget import forget_reading_problems, forget_seen, forget_vanished
from jobs.issues import group_problems, report_issues
from jobs.next_file import go_on_with_next_file
from jobs.notify.run_alerts import tell_of_end
from jobs.volatile_fields import ring_for_volatile_paths
from webapp.extensions import db
from webapp.models import Run, RunState, Semantics, Source, Trigger, Verdict, utc_now
from webapp.offers.validity import (
    FeedFacts,
    Finding,
    incompleteness,
    removals_need_a_person,
    suspicions,
)
from webapp.services.remaps import start_due_remap


def finish_run(run_id: int) -> None:
    """Close a run whose jobs are all settled. Commits; does nothing the second time."""
    began = utc_now()
    # In the order in which people's requests lock the two.
    source = db.session.scalar(
        select(Source)
        .join(Run, Run.source_id == Source.id)
        .where(Run.id == run_id)
        .with_for_update(of=Source, key_share=True)
    )
    run = db.session.scalar(
        select(Run)
        .where(Run.id == run_id, Run.state == RunState.APPLYING, Run.settled >= Run.staged)
        .with_for_update()
    )
    if source is None or run is None:
        db.session.rollback()
        return
    _note_applying(run)
    findings = _judge(run)
    is_feed = run.trigger != Trigger.REMAP
    if run.verdict != Verdict.INCOMPLETE and is_feed:
        _remember_content(run, source)
    is_everything = run.semantics == Semantics.SNAPSHOT
    if run.verdict != Verdict.INCOMPLETE and is_everything:
        _remove_absent(run, source, findings)
    if run.verdict == Verdict.VALID and is_everything:
        forget_vanished(run)
    if is_feed:
        spare_seen(run)
        forget_reading_problems(run)
    if run.state == RunState.APPLYING:
        run.state = RunState.FINISHED
    run.verdict_reasons = [asdict(finding) for finding in findings]
    run.finished_at = utc_now()
    db.session.flush()
    groups = group_problems(
        run.source_id, run.id, records=run.read if is_feed and is_everything else None
    )
    add_step(run.id, "finish", began)
    tell_of_end(run.id)
    go_on_with_next_file(run, source)
    ring_for_volatile_paths(run)
    start_due_remap(source)
    db.session.commit()
    report_issues(run, groups)
    forget_seen(run)


def _note_applying(run: Run) -> None:
    """The step between the reading's end and now, when the last job has been settled."""
    if run.staged and run.steps:
        read_at = datetime.fromisoformat(run.steps[-1]["finished_at"])
        add_step(run.id, "apply", read_at, detail={"offers": run.staged})


def _judge(run: Run) -> list[Finding]:
    """Set the run's verdict; returns the reasons for it. There is nothing to doubt about records
    that were judged when they came."""
    if run.trigger == Trigger.REMAP:
        run.verdict = Verdict.VALID if run.error_code is None else Verdict.INCOMPLETE
        return []
    facts = FeedFacts(
        read=run.read,
        unidentified=run.unidentified,
        rejected=run.rejected - run.unidentified,
        remembered=_remembered(run),
        read_to_the_end=run.error_code is None,
        declared=run.declared,
        earlier_counts=earlier_counts(run.source_id, before=run.id),
        is_everything=run.semantics == Semantics.SNAPSHOT,
        skipped=sum(step["detail"].get("skipped", 0) for step in run.steps),
    )
    if findings := incompleteness(facts):
        run.verdict = Verdict.INCOMPLETE
    elif findings := suspicions(facts):
        run.verdict = Verdict.SUSPICIOUS
    else:
        run.verdict = Verdict.VALID
    return findings


def _remembered(run: Run) -> int:
    return (
        db.session.scalar(text("SELECT count(*) FROM run_seen WHERE run_id = :id"), {"id": run.id})
        or 0
    )


def _remember_content(run: Run, source: Source) -> None:
    """From now on the same bytes under the same mapping need no reading."""
    if run.started_at is None or run.started_at < source.located_at:
        # The address was changed while its feed was read.
        return
    source.etag, source.last_modified = run.etag, run.last_modified
    source.content_sha256, source.read_mapping_id = run.content_sha256, run.mapping_id
    source.last_read_at = utc_now()


def _remove_absent(run: Run, source: Source, findings: list[Finding]) -> None:
    """Count absences and withdraw what is due, or hold the run for a person."""
    absent = count_absence(run, source)
    suspicious = run.verdict == Verdict.SUSPICIOUS
    too_many = removals_need_a_person(
        newly_absent=absent.newly,
        due=absent.due,
        live=absent.live,
        hold_share=source.hold_share,
    )
    _supersede_holds(run)
    if absent.total and (suspicious or too_many):
        if too_many:
            findings.append(Finding("many_removals", max(absent.newly, absent.due), absent.live))
        run.held = list_absent(run)
        run.state = RunState.HELD
    elif not suspicious:
        run.missing, withdrawn = withdraw_due(run, source)
        run.withdrawn += withdrawn


def _supersede_holds(run: Run) -> None:
    """A newer complete reading says what is absent now: older lists need no decision any more."""
    db.session.execute(
        text("""
            UPDATE runs SET state = 'finished', decision = 'superseded', decided_at = now()
            WHERE source_id = :source_id AND id < :id AND state = 'held'
        """),
        {"source_id": run.source_id, "id": run.id},
    )
