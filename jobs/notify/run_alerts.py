"""What the end of a run gives people to know: it failed, it waits for a decision, too much of the
feed was refused, or there are far more or far fewer offers than before."""

from jobs.earlier_runs import earlier_counts
from jobs.source_health import note_failure, note_success
from webapp.alert_kinds import AlertKind
from webapp.extensions import db
from webapp.models import NotificationRule, Run, RunState, Semantics, Source, Trigger, Verdict
from webapp.services.alerts import About, Words, close_alert, open_alert, rules_about

# Whoever sends a file or maps anew is there to see what becomes of it.
_UNATTENDED = (Trigger.SCHEDULE, Trigger.MANUAL)
# A feed of a few offers moves by a third every week.
FEWEST_COUNTED = 20


def tell_of_end(run_id: int) -> None:
    """In the transaction that ends the run. Doesn't commit."""
    db.session.flush()
    run = db.session.get_one(Run, run_id, populate_existing=True)
    source = run.source
    _tell_whether_held(run, source)
    if run.trigger in _UNATTENDED and run.drift is None:
        _tell_whether_failed(run, source)
    if run.trigger != Trigger.REMAP and run.verdict in (Verdict.VALID, Verdict.SUSPICIOUS):
        for rule in rules_about((AlertKind.REJECTED_SHARE, AlertKind.OFFER_COUNT_MOVED)):
            if rule.agency_id in (None, source.agency_id) and rule.source_id in (None, source.id):
                _tell_of_bounds(rule, run, source)


def _tell_whether_held(run: Run, source: Source) -> None:
    about = About(source.agency_id, source.id)
    if run.state != RunState.HELD:
        if run.state == RunState.FINISHED and run.verdict != Verdict.INCOMPLETE:
            close_alert(AlertKind.RUN_HELD, about, "A later run went through.")
        return
    if run.drift is not None:
        words = "Its file is of another kind than before. None of it was used."
    else:
        words = f"It would withdraw {run.held} offers. They stay until somebody decides."
    open_alert(
        AlertKind.RUN_HELD,
        about,
        Words(f"A run of {source.name} waits for a decision", words, f"/runs/{run.id}"),
    )


def _tell_whether_failed(run: Run, source: Source) -> None:
    about = About(source.agency_id, source.id)
    if run.error_code is None:
        note_success(source)
        close_alert(AlertKind.RUN_FAILED, about, "The feed was read again.")
        return
    note_failure(source, run)
    open_alert(
        AlertKind.RUN_FAILED,
        about,
        Words(
            f"Reading {source.name} failed",
            f"{run.error_message} {run.error_hint or ''}".strip(),
            f"/runs/{run.id}",
        ),
    )


def _tell_of_bounds(rule: NotificationRule, run: Run, source: Source) -> None:
    about = About(source.agency_id, source.id, f"rule-{rule.id}")
    page = f"/runs/{run.id}"
    if AlertKind.REJECTED_SHARE in rule.kinds and run.read:
        share = run.rejected / run.read
        if share > rule.rejected_share:
            words = Words(
                f"{share:.0%} of {source.name} was refused",
                f"{run.rejected} of {run.read} records could not become offers.",
                page,
            )
            open_alert(AlertKind.REJECTED_SHARE, about, words, rule_id=rule.id)
        else:
            ending = f"{share:.0%} of the last feed was refused."
            close_alert(AlertKind.REJECTED_SHARE, about, ending)
    if AlertKind.OFFER_COUNT_MOVED in rule.kinds and run.semantics == Semantics.SNAPSHOT:
        before = next(iter(earlier_counts(source.id, before=run.id)), None)
        if before is None or max(before, run.read) < FEWEST_COUNTED:
            return
        moved = (run.read - before) / max(before, 1)
        if abs(moved) > rule.moved_share:
            words = Words(
                f"{source.name} has {moved:+.0%} offers",
                f"Its feed had {before} records before, and now has {run.read}.",
                page,
            )
            open_alert(AlertKind.OFFER_COUNT_MOVED, about, words, rule_id=rule.id)
        else:
            ending = f"The feed has {run.read} records, about as many as before."
            close_alert(AlertKind.OFFER_COUNT_MOVED, about, ending)
