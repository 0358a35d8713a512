"""How a dry run would end: the verdict on its feed, and what would go missing or be held."""

from dataclasses import asdict

from sqlalchemy import select

from jobs.dry_examples import MOST_EXAMPLES
from jobs.dry_run import DryRun
from jobs.earlier_runs import earlier_counts
from webapp.cli.run_facts import COUNTERS
from webapp.extensions import db
from webapp.models import Lifecycle, Offer, Semantics, Source, Verdict
from webapp.offers.validity import (
    FeedFacts,
    Finding,
    incompleteness,
    removals_need_a_person,
    suspicions,
)


def dry_run_summary(run: DryRun) -> dict[str, object]:
    """The keys of an import's summary; there is no run, so `run` is None."""
    findings: list[Finding] = []
    if run.source is not None and _is_known_content(run, run.source):
        verdict = Verdict.UNCHANGED
    else:
        verdict, findings = _judged(run)
        is_everything = run.semantics == Semantics.SNAPSHOT
        if run.source is not None and is_everything and verdict != Verdict.INCOMPLETE:
            _count_removals(run, run.source, verdict, findings)
    return _summary(run, "dry_run", verdict, findings)


def dry_remap_summary(run: DryRun) -> dict[str, object]:
    """The same keys: the records are ours, so there is nothing to judge, and nothing to miss."""
    return _summary(run, "dry_remap", Verdict.VALID, [])


def _summary(
    run: DryRun, state: str, verdict: Verdict, findings: list[Finding]
) -> dict[str, object]:
    return {
        "run": None,
        "state": state,
        "verdict": verdict,
        **{name: run.counts[name] for name in COUNTERS},
        "reasons": [asdict(finding) for finding in findings],
        "error": run.error.message if run.error else None,
        "problems": dict(sorted(run.problems.items())),
    }


def _is_known_content(run: DryRun, source: Source) -> bool:
    """The very bytes of the last complete reading: the import would not even parse them."""
    same_mapping = run.mapping_id is not None and source.read_mapping_id == run.mapping_id
    return same_mapping and source.content_sha256 == run.sha256


def _judged(run: DryRun) -> tuple[Verdict, list[Finding]]:
    counts = run.counts
    facts = FeedFacts(
        read=counts["read"],
        unidentified=counts["unidentified"],
        rejected=counts["rejected"] - counts["unidentified"],
        remembered=len(run.seen),
        read_to_the_end=run.error is None,
        declared=run.facts.declared_count,
        earlier_counts=earlier_counts(run.source.id) if run.source else (),
        is_everything=run.semantics == Semantics.SNAPSHOT,
        skipped=run.facts.skipped,
    )
    if findings := incompleteness(facts):
        return Verdict.INCOMPLETE, findings
    if findings := suspicions(facts):
        return Verdict.SUSPICIOUS, findings
    return Verdict.VALID, []


def _count_removals(run: DryRun, source: Source, verdict: Verdict, findings: list[Finding]) -> None:
    live = run.counts["created"] + run.counts["returned"]
    absent = newly = due = 0
    # The first few of each kind, for people to look at.
    gone: list[str] = []
    staying: list[str] = []
    rows = db.session.execute(
        select(Offer.external_id, Offer.lifecycle, Offer.absent_runs)
        .where(Offer.source_id == source.id, Offer.lifecycle != Lifecycle.WITHDRAWN)
        .execution_options(yield_per=1000)
    )
    for external_id, lifecycle, absent_runs in rows:
        live += 1
        if external_id not in run.seen:
            absent += 1
            newly += lifecycle == Lifecycle.LIVE
            is_due = absent_runs + 1 >= source.absent_runs
            due += is_due
            examples = gone if is_due else staying
            if len(examples) < MOST_EXAMPLES:
                examples.append(external_id)
    too_many = removals_need_a_person(
        newly_absent=newly, due=due, live=live, hold_share=source.hold_share
    )
    if absent and (verdict == Verdict.SUSPICIOUS or too_many):
        if too_many:
            findings.append(Finding("many_removals", max(newly, due), live))
        run.counts["held"] = absent
        _show(run, source, "held", [*gone, *staying])
    elif verdict != Verdict.SUSPICIOUS:
        run.counts["missing"] = absent - due
        run.counts["withdrawn"] += due
        _show(run, source, "missing", staying)
        _show(run, source, "withdrawn", gone)


def _show(run: DryRun, source: Source, outcome: str, external_ids: list[str]) -> None:
    offers = db.session.execute(
        select(Offer.external_id, Offer.title, Offer.price, Offer.currency)
        .where(Offer.source_id == source.id, Offer.external_id.in_(external_ids))
        .order_by(Offer.external_id)
    )
    for external_id, title, price, currency in offers:
        run.examples.add_known(outcome, external_id, title, price, currency)
