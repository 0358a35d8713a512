"""What a new mapping or a new meaning makes due: mapping the stored records again, without asking
the vendor, or reading the feed where they don't do. Services flush; their callers commit."""

from typing import Any

from webapp.extensions import db
from webapp.models import Run, RunState, Source, SourceStatus, Trigger, User
from webapp.services.runs import RunAlreadyOpen, start_run
from webapp.services.source_lock import lock_source

EVERYTHING: dict[str, Any] = {"all": True}
READING: dict[str, Any] = {"reading": True}
"""Of the feed, from the vendor: everything is mapped again by that."""


def ask_for_remap(source: Source, due: dict[str, Any], user: User | None) -> Run | None:
    """Note what is due (`READING`, `EVERYTHING`, `{"values": {table: [word, …]}}`, or
    `{"problems": [[code, field], …]}`) and start it;
    None when a run is open, whose end starts it then, and while the source is being set up."""
    if source.status == SourceStatus.SETUP:
        return None
    lock_source(source)
    source.remap_due = merged(source.remap_due, due)
    db.session.flush()
    return start_due_remap(source, user)


def start_due_remap(source: Source, user: User | None = None) -> Run | None:
    lock_source(source)
    due = source.remap_due
    if due is None:
        return None
    is_reading = "reading" in due
    try:
        run = start_run(source, trigger=Trigger.MANUAL if is_reading else Trigger.REMAP, user=user)
    except RunAlreadyOpen as already:
        return None if is_reading else _joined(source, already.run, due)
    run.remap = None if is_reading else due
    source.remap_due = None
    db.session.flush()
    return run


def _joined(source: Source, open_run: Run, due: dict[str, Any]) -> Run | None:
    """A remap that has not staged anything yet does what is due now as well."""
    run = db.session.get_one(Run, open_run.id, with_for_update=True, populate_existing=True)
    if run.remap is None or run.state != RunState.QUEUED or run.staged:
        return None
    run.remap, source.remap_due = merged(run.remap, due), None
    db.session.flush()
    return run


def merged(before: dict[str, Any] | None, due: dict[str, Any]) -> dict[str, Any]:
    if before is None or before == due:
        return due
    for larger in (READING, EVERYTHING):
        if larger in (before, due):
            return larger
    if "problems" in before and "problems" in due:
        return {"problems": [*before["problems"], *due["problems"]]}
    if "problems" in before or "problems" in due:
        return EVERYTHING
    tables: dict[str, list[str]] = {**before["values"]}
    for table, words in due["values"].items():
        tables[table] = sorted({*tables.get(table, ()), *words})
    return {"values": tables}
