"""Faults for pages: which exceptions stand behind an issue or a failed run."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from webapp.access import signed_in
from webapp.extensions import db
from webapp.models import Fault, Issue, Run, utc_now

MOST = 20


def faults_of_issue(issue: Issue) -> Sequence[Fault]:
    return _for_admins(Fault.source_id == issue.source_id, Fault.code == issue.code)


def faults_of_run(run: Run) -> Sequence[Fault]:
    """Those of the kind it ended with that were met while it went on."""
    return _for_admins(
        Fault.source_id == run.source_id,
        Fault.code == run.error_code,
        Fault.last_seen_at >= (run.started_at or run.created_at),
        Fault.first_seen_at <= (run.finished_at or utc_now()),
    )


def _for_admins(*conditions: ColumnElement[bool]) -> Sequence[Fault]:
    """The latest first. Nobody else sees any: our code and other people's data show in them."""
    if not signed_in().is_admin:
        return []
    latest = select(Fault).where(*conditions).order_by(Fault.last_seen_at.desc(), Fault.id.desc())
    return db.session.scalars(latest.limit(MOST)).all()
