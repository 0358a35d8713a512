"""Problems into their table, many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from jobs.json_rows import json_rows
from jobs.origin import Origin
from webapp.extensions import db
from webapp.offers.problems import Problem

_INSERT = text("""
    INSERT INTO problems (source_id, run_id, delivery_id, job_id, external_id, position, line, code,
        severity, field, raw, message)
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS new (source_id bigint, run_id bigint,
        delivery_id bigint, job_id bigint, external_id text, position int, line int, code text,
        severity text, field text, raw text, message text)
""")


@dataclass(slots=True)
class ProblemRow:
    """A problem and where in the feed or delivery it is; without a job when the record never became
    one."""

    problem: Problem
    origin: Origin
    job_id: int | None
    external_id: str
    position: int
    line: int | None


def insert_problems(rows: Sequence[ProblemRow]) -> None:
    """Doesn't commit."""
    if not rows:
        return
    values = [
        {
            "source_id": row.origin.source_id,
            "run_id": row.origin.run_id,
            "delivery_id": row.origin.delivery_id,
            "job_id": row.job_id,
            "external_id": row.external_id,
            "position": row.position,
            "line": row.line,
            "code": row.problem.code,
            "severity": row.problem.severity,
            "field": row.problem.field,
            "raw": row.problem.raw,
            "message": row.problem.message,
        }
        for row in rows
    ]
    db.session.execute(_INSERT, {"rows": json_rows(values)})
