"""Problems into their table, many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from webapp.extensions import db
from webapp.offers.problems import Problem

_INSERT = text("""
    INSERT INTO problems (source_id, run_id, job_id, external_id, position, line, code, severity,
        field, raw, message)
    SELECT * FROM unnest(
        CAST(:source_ids AS bigint[]), CAST(:run_ids AS bigint[]), CAST(:job_ids AS bigint[]),
        CAST(:external_ids AS text[]), CAST(:positions AS int[]), CAST(:lines AS int[]),
        CAST(:codes AS text[]), CAST(:severities AS text[]), CAST(:fields AS text[]),
        CAST(:raws AS text[]), CAST(:messages AS text[]))
""")


@dataclass(slots=True)
class ProblemRow:
    """A problem and where in the feed it is; without a job when the record never became one."""

    problem: Problem
    source_id: int
    run_id: int
    job_id: int | None
    external_id: str
    position: int
    line: int | None


def insert_problems(rows: Sequence[ProblemRow]) -> None:
    """Doesn't commit."""
    if not rows:
        return
    db.session.execute(
        _INSERT,
        {
            "source_ids": [row.source_id for row in rows],
            "run_ids": [row.run_id for row in rows],
            "job_ids": [row.job_id for row in rows],
            "external_ids": [row.external_id for row in rows],
            "positions": [row.position for row in rows],
            "lines": [row.line for row in rows],
            "codes": [row.problem.code for row in rows],
            "severities": [row.problem.severity for row in rows],
            "fields": [row.problem.field for row in rows],
            "raws": [row.problem.raw for row in rows],
            "messages": [row.problem.message for row in rows],
        },
    )
