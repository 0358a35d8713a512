"""Equal problems of a source become one issue, with a state that moves by itself: what was resolved
and is back has regressed, what grows fast escalates, what is gone is resolved."""

from collections.abc import Sequence
from dataclasses import dataclass

import sentry_sdk
from sqlalchemy import text

from webapp.extensions import db
from webapp.models import Run, Source
from webapp.services.issue_alerts import close_issue_alerts, tell_of_issue

# It escalates when so many records are affected, and so many times as many as before.
FEWEST_ESCALATING = 20
ESCALATING_TIMES = 3


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    issue_id: int
    code: str
    field: str
    severity: str
    affected: int
    state: str
    is_news: bool
    """It is new, regressed or escalating since the last time."""


# Severities are compared as words: "error" < "warning".
_GROUP = text("""
    WITH found AS (
        SELECT code, field, min(severity) AS severity,
            count(DISTINCT (external_id, position)) AS affected, min(raw) AS sample_raw
        FROM problems WHERE source_id = :source_id AND severity <> 'info' GROUP BY code, field
    ), written AS (
        INSERT INTO issues AS issue (source_id, code, field, severity, affected, records,
            sample_raw, state, first_seen_at, last_seen_at, last_run_id)
        SELECT :source_id, code, field, severity, affected, coalesce(:records, 0), sample_raw,
            'open', now(), now(), :run_id
        FROM found ORDER BY code, field
        ON CONFLICT (source_id, code, field) DO UPDATE SET severity = excluded.severity,
            affected = excluded.affected, sample_raw = excluded.sample_raw,
            records = coalesce(:records, issue.records),
            last_seen_at = now(), last_run_id = coalesce(excluded.last_run_id, issue.last_run_id),
            (state, state_since, state_by_id, escalated_from) = (
                SELECT moved.state,
                    CASE WHEN moved.state = issue.state THEN issue.state_since ELSE now() END,
                    CASE WHEN moved.state = issue.state THEN issue.state_by_id END,
                    CASE WHEN moved.state <> 'escalating' THEN NULL
                        WHEN issue.state = 'escalating' THEN issue.escalated_from
                        ELSE issue.affected END
                FROM (SELECT CASE
                    WHEN issue.state = 'resolved' THEN 'regressed'
                    WHEN issue.state = 'ignored' AND (issue.ignored_until <= now()
                        OR excluded.affected > issue.ignored_above
                        OR excluded.affected > issue.ignored_share
                            * coalesce(:records, issue.records)) THEN 'escalating'
                    WHEN issue.state IN ('open', 'regressed') AND issue.affected > 0
                        AND excluded.affected >= :fewest
                        AND excluded.affected >= :times * issue.affected THEN 'escalating'
                    WHEN issue.state = 'escalating'
                        AND excluded.affected <= issue.escalated_from THEN 'open'
                    ELSE issue.state END AS state) AS moved)
        RETURNING issue.id, code, field, severity, affected, state, state_since = now() AS is_news
    ), noted AS (
        INSERT INTO issue_days (issue_id, day, affected)
        SELECT id, (now() AT TIME ZONE 'UTC')::date, affected FROM written
        ON CONFLICT (issue_id, day) DO UPDATE SET affected = excluded.affected
    )
    SELECT id, code, field, severity, affected, state, is_news FROM written
""")

# An ignored one stays so: it may come back.
_RESOLVE = text("""
    WITH gone AS (
        UPDATE issues SET affected = 0, escalated_from = NULL,
            state_since = CASE WHEN state IN ('ignored', 'resolved') THEN state_since
                ELSE now() END,
            state_by_id = CASE WHEN state IN ('ignored', 'resolved') THEN state_by_id END,
            state = CASE WHEN state = 'ignored' THEN state ELSE 'resolved' END
        WHERE source_id = :source_id
            AND (affected > 0 OR state IN ('open', 'escalating', 'regressed'))
            AND NOT EXISTS (
                SELECT FROM problems WHERE problems.source_id = issues.source_id
                    AND problems.code = issues.code AND problems.field = issues.field
                    AND problems.severity <> 'info'
            )
        RETURNING id
    )
    INSERT INTO issue_days (issue_id, day, affected)
    SELECT id, (now() AT TIME ZONE 'UTC')::date, 0 FROM gone
    ON CONFLICT (issue_id, day) DO UPDATE SET affected = 0
    RETURNING issue_id
""")


def group_problems(
    source_id: int, run_id: int | None, *, records: int | None = None
) -> Sequence[ProblemGroup]:
    """Bring the issues of the source up to date with its problems. Doesn't commit.

    `run_id`: where the problems were seen, unless in deliveries; `records`: how many the source
    has in all, where a whole feed was read.
    """
    found = db.session.execute(
        _GROUP,
        {
            "source_id": source_id,
            "run_id": run_id,
            "records": records,
            "fewest": FEWEST_ESCALATING,
            "times": ESCALATING_TIMES,
        },
    )
    groups = [ProblemGroup(*row) for row in found]
    gone = db.session.scalars(_RESOLVE, {"source_id": source_id}).all()
    _tell(source_id, groups, gone)
    return groups


def _tell(source_id: int, groups: Sequence[ProblemGroup], gone: Sequence[int]) -> None:
    news = [group for group in groups if group.is_news]
    if not news and not gone:
        return
    source = db.session.get_one(Source, source_id)
    for group in news:
        tell_of_issue(source, group.issue_id, group.code, group.field, group.affected, group.state)
    for issue_id in gone:
        close_issue_alerts(source, issue_id, "No record has the problem any more.")


def regroup_problems(run_id: int) -> None:
    """After jobs of a run that was over were sent again and settled. Commits."""
    group_problems(db.session.get_one(Run, run_id).source_id, run_id)
    db.session.commit()


def report_issues(run: Run, groups: Sequence[ProblemGroup]) -> None:
    """One Sentry event whenever an issue is new, back or growing fast, however many offers it
    affects."""
    for group in groups:
        if not group.is_news:
            continue
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
