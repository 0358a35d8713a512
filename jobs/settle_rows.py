"""The fates of a turn's jobs into their rows, counted in the runs and deliveries they came with."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from jobs.fates import Fate
from jobs.json_rows import json_rows
from webapp.extensions import db

_COUNTERS = ("created", "updated", "unchanged", "superseded", "withdrawn", "rejected", "failed")


def _counted(table: str) -> str:
    return ", ".join(f"{name} = {table}.{name} + n.{name}" for name in ("settled", *_COUNTERS))


# While it is fetched there are more to come.
_IS_DONE = "deliveries.settled + n.settled >= deliveries.staged AND deliveries.state = 'staged'"

# Every counting statement locks its rows in one order, so that two turns never wait for each other.
_SETTLE = text(f"""
    WITH fate AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS fate (id bigint, fence int,
            state text, outcome text, error_code text, error_message text)
    ), settled AS (
        UPDATE offer_jobs AS job SET state = fate.state, outcome = fate.outcome,
            error_code = fate.error_code, error_message = fate.error_message,
            lease_until = NULL, settled_at = now()
        FROM fate
        WHERE job.id = fate.id AND job.fence = fate.fence AND job.state = 'running'
        RETURNING job.run_id, job.delivery_id, job.source_id, job.state, job.outcome
    ), counted AS (
        SELECT run_id, delivery_id, source_id, count(*) AS settled,
            count(*) FILTER (WHERE outcome = 'created') AS created,
            count(*) FILTER (WHERE outcome = 'updated') AS updated,
            count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
            count(*) FILTER (WHERE outcome = 'superseded') AS superseded,
            count(*) FILTER (WHERE outcome = 'withdrawn') AS withdrawn,
            count(*) FILTER (WHERE state = 'rejected') AS rejected,
            count(*) FILTER (WHERE state = 'failed') AS failed
        FROM settled GROUP BY run_id, delivery_id, source_id
    ), of_deliveries AS (
        SELECT counted.* FROM deliveries JOIN counted ON counted.delivery_id = deliveries.id
        ORDER BY deliveries.id FOR UPDATE OF deliveries
    ), deliveries_counted AS (
        UPDATE deliveries SET {_counted("deliveries")},
            cause = CASE WHEN n.rejected + n.failed > 0 THEN 'offers_refused'
                ELSE deliveries.cause END,
            state = CASE WHEN {_IS_DONE} THEN 'done' ELSE deliveries.state END,
            finished_at = CASE WHEN {_IS_DONE} THEN now() ELSE deliveries.finished_at END
        FROM of_deliveries AS n WHERE deliveries.id = n.delivery_id
        RETURNING deliveries.id, deliveries.source_id, deliveries.finished_at
    ), receipts_due AS (
        INSERT INTO receipts (delivery_id, due_at)
        SELECT done.id, now() FROM deliveries_counted AS done
        JOIN webhooks ON webhooks.source_id = done.source_id
        WHERE done.finished_at IS NOT NULL AND webhooks.settings ? 'receipt_url'
        ON CONFLICT (delivery_id) DO UPDATE SET state = 'due', due_at = now(), attempt = 0,
            edition = receipts.edition + 1
        RETURNING delivery_id
    ), regroup AS (
        UPDATE webhooks SET regroup_due = true
        WHERE NOT regroup_due
            AND source_id IN (SELECT source_id FROM counted WHERE delivery_id IS NOT NULL)
    ), of_runs AS (
        SELECT counted.* FROM runs JOIN counted ON counted.run_id = runs.id
        ORDER BY runs.id FOR UPDATE OF runs
    ), runs_counted AS (
        UPDATE runs SET {_counted("runs")}
        FROM of_runs AS n WHERE runs.id = n.run_id
        RETURNING runs.id, runs.settled >= runs.staged
                AND runs.state IN ('applying', 'finished', 'held', 'failed') AS is_complete,
            runs.state <> 'applying' AS is_over
    )
    SELECT counted.run_id, counted.settled, coalesce(is_complete, false), coalesce(is_over, false),
        CASE WHEN receipts_due.delivery_id IS NOT NULL THEN counted.source_id END
    FROM counted LEFT JOIN runs_counted ON runs_counted.id = counted.run_id
    LEFT JOIN receipts_due ON receipts_due.delivery_id = counted.delivery_id
""")


@dataclass(frozen=True, slots=True)
class SettledGroup:
    """Jobs of one run, or of one delivery."""

    run_id: int | None
    settled: int
    is_complete: bool
    """The run has no unsettled jobs left, and no more are coming."""
    is_over: bool
    """It had been finished before."""
    receipt_due_of: int | None
    """The source whose vendor is to be told that its delivery is finished."""


def settle_rows(fates: Sequence[Fate]) -> list[SettledGroup]:
    """Doesn't commit. A job that isn't ours any more is left out of the counts."""
    rows = [
        {
            "id": fate.job.id,
            "fence": fate.job.fence,
            "state": fate.state,
            "outcome": fate.outcome,
            "error_code": fate.error_code,
            "error_message": fate.error_message,
        }
        for fate in fates
    ]
    return [SettledGroup(*row) for row in db.session.execute(_SETTLE, {"rows": json_rows(rows)})]
