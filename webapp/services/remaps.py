"""Mapping stored records again, without asking the vendor. Services flush; their callers commit."""

from typing import Any

from webapp.extensions import db
from webapp.models import Run, RunState, Source, SourceStatus, Trigger, User
from webapp.services.runs import RunAlreadyOpen, start_run

EVERYTHING: dict[str, Any] = {"all": True}


def ask_for_remap(source: Source, due: dict[str, Any], user: User | None) -> Run | None:
    """Note what is due (`EVERYTHING`, or `{"values": {table: [word, …]}}`) and start it; None when
    a run is open, whose end starts it then."""
    source.remap_due = merged(source.remap_due, due)
    db.session.flush()
    return start_due_remap(source, user)


def start_due_remap(source: Source, user: User | None = None) -> Run | None:
    if source.remap_due is None or source.status == SourceStatus.SETUP:
        return None
    try:
        run = start_run(source, trigger=Trigger.REMAP, user=user)
    except RunAlreadyOpen as already:
        return _joined(source, already.run)
    run.remap, source.remap_due = source.remap_due, None
    db.session.flush()
    return run


def _joined(source: Source, open_run: Run) -> Run | None:
    """A remap that nobody works on yet does what is due now as well."""
    run = db.session.get_one(Run, open_run.id, with_for_update=True, populate_existing=True)
    if run.remap is None or run.state != RunState.QUEUED or source.remap_due is None:
        return None
    run.remap, source.remap_due = merged(run.remap, source.remap_due), None
    db.session.flush()
    return run


def merged(before: dict[str, Any] | None, due: dict[str, Any]) -> dict[str, Any]:
    if before is None or before == due:
        return due
    if "all" in before or "all" in due:
        return EVERYTHING
    tables: dict[str, list[str]] = {**before["values"]}
    for table, words in due["values"].items():
        tables[table] = sorted({*tables.get(table, ()), *words})
    return {"values": tables}
