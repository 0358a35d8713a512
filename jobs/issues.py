"""Equal problems of a source become one issue, and one event a run in Sentry."""

from dataclasses import dataclass

import sentry_sdk
from sqlalchemy import text

from webapp.extensions import db
from webapp.models import Run


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    code: str
    field: str
    severity: str
    affected: int
    sample_raw: str


_GROUP = text("""
    SELECT code, field, min(severity), count(DISTINCT (external_id, position)), min(raw)
    FROM problems WHERE source_id = :source_id AND severity <> 'info' GROUP BY code, field
""")

_UPSERT = text("""
    INSERT INTO issues (source_id, code, field, severity, affected, sample_raw, state,
        first_seen_at, last_seen_at, last_run_id)
    SELECT :source_id, code, field, severity, affected, sample_raw, 'open', now(), now(), :run_id
    FROM unnest(CAST(:codes AS text[]), CAST(:fields AS text[]), CAST(:severities AS text[]),
        CAST(:affected AS bigint[]), CAST(:samples AS text[]))
        AS found (code, field, severity, affected, sample_raw)
    ON CONFLICT (source_id, code, field) DO UPDATE SET severity = excluded.severity,
        affected = excluded.affected, sample_raw = excluded.sample_raw, state = 'open',
        last_seen_at = now(), last_run_id = excluded.last_run_id
""")


def group_problems(run: Run) -> list[ProblemGroup]:
    """Bring the issues of the run's source up to date with its problems. Doesn't commit."""
    rows = db.session.execute(_GROUP, {"source_id": run.source_id})
    groups = [ProblemGroup(*row) for row in rows]
    if groups:
        db.session.execute(
            _UPSERT,
            {
                "source_id": run.source_id,
                "run_id": run.id,
                "codes": [group.code for group in groups],
                "fields": [group.field for group in groups],
                "severities": [group.severity for group in groups],
                "affected": [group.affected for group in groups],
                "samples": [group.sample_raw for group in groups],
            },
        )
    db.session.execute(
        text("""
            UPDATE issues SET state = 'resolved', affected = 0
            WHERE source_id = :source_id AND state = 'open' AND NOT EXISTS (
                SELECT FROM problems WHERE problems.source_id = issues.source_id
                    AND problems.code = issues.code AND problems.field = issues.field
                    AND problems.severity <> 'info'
            )
        """),
        {"source_id": run.source_id},
    )
    return groups


def regroup_problems(run_id: int) -> None:
    """After jobs of a run that was over were sent again and settled. Commits."""
    group_problems(db.session.get_one(Run, run_id))
    db.session.commit()


def report_issues(run: Run, groups: list[ProblemGroup]) -> None:
    """One Sentry event an issue and run, however many offers it affects."""
    for group in groups:
        with sentry_sdk.new_scope() as scope:
            scope.set_tag("source", run.source_id)
            scope.set_tag("run", run.id)
            scope.set_tag("code", group.code)
            scope.set_tag("field", group.field)
            scope.set_extra("affected", group.affected)
            scope.fingerprint = ["data-problem", str(run.source_id), group.code, group.field]
            sentry_sdk.capture_message(
                f"{group.code} on {group.field or 'record'}: {group.affected} offers",
                level="error" if group.severity == "error" else "warning",
            )
