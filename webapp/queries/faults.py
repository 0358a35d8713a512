"""Faults for pages: which exceptions stand behind an issue, a failed run or a delivery that is not
done."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from webapp.access import signed_in
from webapp.extensions import db
from webapp.models import Delivery, DeliveryState, Fault, Issue, Run, utc_now

MOST = 20
# While a delivery is cut into records, and while the offers that it names are asked for.
_OF_DELIVERIES = ("split_failed", "fetch_failed")


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


def faults_of_delivery(delivery: Delivery) -> Sequence[Fault]:
    """Those that a delivery of the source met since this one came; none of one that is done."""
    if delivery.state in (DeliveryState.DONE, DeliveryState.REFUSED):
        return []
    return _for_admins(
        Fault.source_id == delivery.source_id,
        Fault.code.in_(_OF_DELIVERIES),
        Fault.last_seen_at >= delivery.received_at,
        Fault.first_seen_at <= (delivery.finished_at or utc_now()),
    )


def _for_admins(*conditions: ColumnElement[bool]) -> Sequence[Fault]:
    """The latest first. Nobody else sees any: our code and other people's data show in them."""
    if not signed_in().is_admin:
        return []
    latest = select(Fault).where(*conditions).order_by(Fault.last_seen_at.desc(), Fault.id.desc())
    return db.session.scalars(latest.limit(MOST)).all()
