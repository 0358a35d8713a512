"""Which rows of each kind are kept no longer: one statement a kind, for one page of ids.

A statement deletes what may go of the `:batch` ids behind `:behind` and tells the last id of the
page and when its newest row was made; ids grow with time, so a walk ends where rows are young.
Offsets and arrays hold PostgreSQL to a few look-ups by index a row, however large the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import TextClause, text

from jobs.earlier_runs import MOST_RUNS
from webapp.config import Config

# Nobody works them any more, and nobody has to decide about them.
_OVER = "runs.state IN ('finished', 'failed', 'cancelled') AND runs.finished_at < :before"

_JOBS = text(f"""
    WITH page AS MATERIALIZED (
        SELECT id, created_at FROM offer_jobs WHERE id > :behind ORDER BY id LIMIT :batch
    ), old AS MATERIALIZED (
        SELECT job.id FROM offer_jobs AS job JOIN runs ON runs.id = job.run_id
        WHERE job.id = ANY(ARRAY(SELECT id FROM page)) AND job.settled_at < :before AND {_OVER}
            AND NOT EXISTS (
                SELECT FROM offers WHERE offers.source_id = job.source_id
                    AND offers.external_id = job.external_id AND offers.job_id = job.id OFFSET 0
            ) AND NOT EXISTS (
                SELECT FROM rejections WHERE rejections.source_id = job.source_id
                    AND rejections.external_id = job.external_id AND rejections.job_id = job.id
                OFFSET 0
            ) AND NOT EXISTS (
                SELECT FROM problems WHERE problems.source_id = job.source_id
                    AND problems.external_id = job.external_id AND problems.job_id = job.id OFFSET 0
            ) AND (
                job.state NOT IN ('rejected', 'failed', 'quarantined') OR EXISTS (
                    SELECT FROM offer_jobs AS newer WHERE newer.source_id = job.source_id
                        AND newer.external_id = job.external_id AND newer.id > job.id OFFSET 0
                )
            )
        FOR UPDATE OF job SKIP LOCKED
    ), records AS (
        DELETE FROM offer_records WHERE id = ANY(ARRAY(SELECT id FROM old))
    ), jobs AS (
        DELETE FROM offer_jobs WHERE id = ANY(ARRAY(SELECT id FROM old))
    )
    SELECT max(id), max(created_at) FROM page
""")

_REVISIONS = text("""
    WITH page AS MATERIALIZED (
        SELECT id, offer_id, at FROM offer_revisions WHERE id > :behind ORDER BY id LIMIT :batch
    ), revisions AS (
        DELETE FROM offer_revisions WHERE id = ANY(ARRAY(
            SELECT id FROM page WHERE at < :before AND EXISTS (
                SELECT FROM offer_revisions AS newer
                WHERE newer.offer_id = page.offer_id AND newer.id > page.id OFFSET :kept - 1
            )
        ))
    )
    SELECT max(id), max(at) FROM page
""")

# Beside a source's last runs stay those that the next one is measured by (jobs/earlier_runs.py),
# that an unchanged feed takes its counts from, and that say which file is left aside.
_GAUGE = """(runs.verdict IS NOT DISTINCT FROM 'valid' OR runs.decision IS NOT DISTINCT FROM
    'approved') AND runs.semantics = 'snapshot'"""
_RUNS = text(f"""
    WITH page AS MATERIALIZED (
        SELECT id, source_id, created_at FROM runs WHERE id > :behind ORDER BY id LIMIT :batch
    ), last AS MATERIALIZED (
        SELECT source_id, (
            SELECT id FROM runs WHERE runs.source_id = present.source_id
            ORDER BY id DESC OFFSET :kept - 1 LIMIT 1
        ) AS kept, (
            SELECT id FROM runs WHERE runs.source_id = present.source_id AND {_GAUGE}
            ORDER BY id DESC OFFSET {MOST_RUNS - 1} LIMIT 1
        ) AS gauge, (
            SELECT id FROM runs WHERE runs.source_id = present.source_id
                AND runs.verdict IN ('valid', 'suspicious')
            ORDER BY id DESC LIMIT 1
        ) AS reading
        FROM (SELECT DISTINCT source_id FROM page) AS present
    ), old AS MATERIALIZED (
        SELECT runs.id FROM runs JOIN last ON last.source_id = runs.source_id
        WHERE runs.id = ANY(ARRAY(SELECT id FROM page)) AND {_OVER} AND runs.id < last.kept
            AND (runs.id < last.gauge OR NOT ({_GAUGE}))
            AND runs.id IS DISTINCT FROM last.reading
            AND runs.decision IS DISTINCT FROM 'left'
            AND NOT EXISTS (SELECT FROM offer_jobs WHERE offer_jobs.run_id = runs.id OFFSET 0)
            AND NOT EXISTS (SELECT FROM problems WHERE problems.run_id = runs.id OFFSET 0)
        FOR UPDATE OF runs SKIP LOCKED
    ), gone AS (
        DELETE FROM runs WHERE id = ANY(ARRAY(SELECT id FROM old))
    )
    SELECT max(id), max(created_at) FROM page
""")

# Without ids of their own: by the index of days; tells how many were deleted.
_ISSUE_DAYS = text("""
    WITH gone AS (
        DELETE FROM issue_days WHERE (issue_id, day) IN (
            SELECT issue_id, day FROM issue_days WHERE day < CAST(:before AS date)
            ORDER BY day LIMIT :batch
        ) RETURNING 1
    )
    SELECT count(*) FROM gone
""")

# The oldest one that is over, with its list of jobs, a batch of them at a time.
_RETRIES = text("""
    WITH oldest AS MATERIALIZED (
        SELECT id FROM retries WHERE finished_at < :before ORDER BY id LIMIT 1
        FOR UPDATE SKIP LOCKED
    ), jobs AS (
        DELETE FROM retry_jobs WHERE (retry_id, job_id) IN (
            SELECT retry_id, job_id FROM retry_jobs WHERE retry_id = (SELECT id FROM oldest)
            ORDER BY job_id LIMIT :batch
        ) RETURNING 1
    ), gone AS (
        DELETE FROM retries WHERE id = (SELECT id FROM oldest)
            AND (SELECT count(*) FROM jobs) < :batch
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM gone)
""")

_FAULTS = text("""
    WITH gone AS (
        DELETE FROM faults WHERE id IN (
            SELECT id FROM faults WHERE last_seen_at < :before ORDER BY last_seen_at LIMIT :batch
            FOR UPDATE SKIP LOCKED
        ) RETURNING 1
    )
    SELECT count(*) FROM gone
""")


@dataclass(frozen=True, slots=True)
class Walked:
    """`days`: what is younger stays."""

    kind: str
    statement: TextClause
    days: int
    parameters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OldestFirst:
    """A kind whose oldest rows are found at once; the statement tells how many of them went."""

    statement: TextClause
    days: int


def walked(config: Config) -> tuple[Walked, ...]:
    """In this order: runs can go only once their jobs are gone."""
    return (
        Walked("offer_jobs", _JOBS, config.settled_job_days, {}),
        Walked(
            "offer_revisions", _REVISIONS, config.revision_days, {"kept": config.revisions_kept}
        ),
        Walked("runs", _RUNS, config.run_days, {"kept": config.runs_kept}),
    )


def oldest_first(config: Config) -> tuple[OldestFirst, ...]:
    return (
        OldestFirst(_ISSUE_DAYS, config.issue_trend_days),
        OldestFirst(_RETRIES, config.settled_job_days),
        OldestFirst(_FAULTS, config.settled_job_days),
    )
