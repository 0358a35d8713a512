"""What a receipt says of its delivery: each record with its outcome and its problems."""

from typing import Any

from sqlalchemy import text

from webapp.extensions import db

# A delivery of more records is told by its counts, and by the first of those without success.
MOST_RECORDS = 500

_DELIVERY = text("""
    SELECT id, state, cause, cause_detail, received_at, finished_at, staged, created, updated,
        unchanged, superseded, withdrawn, rejected, failed, quarantined
    FROM deliveries WHERE id = :id
""")
_RECORDS = text("""
    SELECT position, external_id, coalesce(outcome, state) AS outcome, id
    FROM offer_jobs WHERE delivery_id = :id
    ORDER BY error_code IS NULL, id LIMIT :most
""")
_PROBLEMS = text("""
    SELECT position, external_id, code, severity, field, message FROM problems
    WHERE delivery_id = :id AND severity <> 'info' ORDER BY position, id LIMIT :most
""")
_COUNTS = ("created", "updated", "unchanged", "superseded", "withdrawn", "rejected", "failed")


def receipt_content(delivery_id: int) -> dict[str, Any]:
    delivery = db.session.execute(_DELIVERY, {"id": delivery_id}).one()
    parameters = {"id": delivery_id, "most": MOST_RECORDS}
    problems: dict[int, list[dict[str, str]]] = {}
    records: dict[int, dict[str, Any]] = {}
    for row in db.session.execute(_PROBLEMS, parameters):
        # Without a usable id a record never became an offer job.
        records[row.position] = _record(row.position, row.external_id, "rejected")
        told = {name: getattr(row, name) for name in ("code", "severity", "field", "message")}
        problems.setdefault(row.position, []).append(told)
    for row in db.session.execute(_RECORDS, parameters):
        records[row.position] = _record(row.position, row.external_id, row.outcome)
    for position, found in problems.items():
        records[position]["problems"] = found
    return {
        "type": "delivery.finished",
        "delivery": delivery.id,
        "received_at": delivery.received_at,
        "finished_at": delivery.finished_at,
        "state": delivery.state,
        "cause": delivery.cause,
        "detail": delivery.cause_detail,
        "counts": {name: getattr(delivery, name) for name in _COUNTS},
        "records": [records[position] for position in sorted(records)],
        "is_complete": delivery.staged <= MOST_RECORDS,
    }


def _record(position: int, external_id: str, outcome: str) -> dict[str, Any]:
    return {
        "position": position,
        "external_id": external_id,
        "outcome": outcome,
        "problems": [],
    }
