"""Offers that a complete feed didn't have: counted, listed for a person, or withdrawn.

Absent is what the source still has, but the run neither read nor anything newer brought. What is
withdrawn takes the run's sequence: an older record that is sent again does not bring it back.
"""

from dataclasses import dataclass

from sqlalchemy import text

from webapp.extensions import db
from webapp.models import Run, Source

_ABSENT = """
    offers.source_id = :source_id AND offers.lifecycle IN ('live', 'missing')
    AND offers.first_seen_at < :started_at AND offers.sequence <= :sequence
    AND NOT EXISTS (
        SELECT FROM run_seen WHERE run_seen.run_id = :run_id
            AND run_seen.external_id = offers.external_id
    )
"""


@dataclass(frozen=True, slots=True)
class Absence:
    # Offers of the source that aren't withdrawn.
    live: int
    total: int
    # Were there in the last valid feed.
    newly: int
    # Would have been absent from enough feeds with this one.
    due: int


def count_absence(run: Run, source: Source) -> Absence:
    row = db.session.execute(
        text(f"""
            SELECT
                (SELECT count(*) FROM offers WHERE source_id = :source_id
                    AND lifecycle IN ('live', 'missing')),
                count(*), count(*) FILTER (WHERE lifecycle = 'live'),
                count(*) FILTER (WHERE absent_runs + 1 >= :absent_runs)
            FROM offers WHERE {_ABSENT}
        """),
        {**_which(run), "absent_runs": source.absent_runs},
    ).one()
    return Absence(*row)


def list_absent(run: Run) -> int:
    """Put every absent offer on the run's list for a person; returns how many."""
    listed = db.session.execute(
        text(f"""
            WITH listed AS (
                INSERT INTO run_removals (run_id, offer_id)
                SELECT :run_id, id FROM offers WHERE {_ABSENT}
                ON CONFLICT DO NOTHING RETURNING offer_id
            )
            SELECT count(*) FROM listed
        """),
        _which(run),
    )
    return int(listed.scalar_one())


def withdraw_due(run: Run, source: Source) -> tuple[int, int]:
    """Count this absence on every absent offer and withdraw those absent often enough.

    Returns how many are missing without being withdrawn, and how many were withdrawn.
    """
    row = db.session.execute(
        text(f"""
            WITH counted AS (
                UPDATE offers SET absent_runs = absent_runs + 1,
                    last_seen_at = CASE WHEN lifecycle = 'live'
                        THEN coalesce(:last_seen_at, last_seen_at) ELSE last_seen_at END,
                    missing_since = coalesce(missing_since, now()),
                    lifecycle = CASE WHEN absent_runs + 1 >= :absent_runs
                        THEN 'withdrawn' ELSE 'missing' END,
                    sequence = CASE WHEN absent_runs + 1 >= :absent_runs
                        THEN :sequence ELSE sequence END,
                    withdrawn_at = CASE WHEN absent_runs + 1 >= :absent_runs THEN now() END,
                    changed_at = CASE WHEN absent_runs + 1 >= :absent_runs
                        THEN now() ELSE changed_at END
                WHERE {_ABSENT}
                RETURNING id, lifecycle
            ), written AS (
                INSERT INTO offer_revisions (offer_id, run_id, kind, at)
                SELECT id, :run_id, 'withdrawn', now() FROM counted WHERE lifecycle = 'withdrawn'
            )
            SELECT count(*) FILTER (WHERE lifecycle = 'missing'),
                count(*) FILTER (WHERE lifecycle = 'withdrawn')
            FROM counted
        """),
        {
            **_which(run),
            "absent_runs": source.absent_runs,
            "last_seen_at": _last_valid_reading(run),
        },
    ).one()
    return int(row[0]), int(row[1])


def withdraw_listed(run_id: int) -> int:
    """Withdraw exactly the offers on an approved run's list that nothing newer has brought back.

    Commits; returns how many. Does nothing the second time.
    """
    withdrawn = db.session.execute(
        text("""
            WITH gone AS (
                UPDATE offers SET lifecycle = 'withdrawn', withdrawn_at = now(),
                    missing_since = coalesce(missing_since, now()), changed_at = now(),
                    sequence = runs.sequence
                FROM run_removals, runs
                WHERE run_removals.run_id = :run_id AND runs.id = :run_id
                    AND runs.decision = 'approved' AND offers.id = run_removals.offer_id
                    AND offers.lifecycle <> 'withdrawn' AND offers.sequence <= runs.sequence
                    AND NOT EXISTS (
                        SELECT FROM runs AS newer
                        JOIN run_seen ON run_seen.run_id = newer.id
                            AND run_seen.external_id = offers.external_id
                        WHERE newer.source_id = runs.source_id AND newer.id > runs.id
                    )
                RETURNING offers.id
            ), written AS (
                INSERT INTO offer_revisions (offer_id, run_id, kind, at)
                SELECT id, :run_id, 'withdrawn', now() FROM gone
            )
            UPDATE runs SET withdrawn = withdrawn + (SELECT count(*) FROM gone)
            WHERE id = :run_id RETURNING (SELECT count(*) FROM gone)
        """),
        {"run_id": run_id},
    ).scalar_one()
    db.session.commit()
    return int(withdrawn)


def spare_seen(run: Run) -> None:
    """Take offers that this run has read off the lists of runs that wait for a person."""
    db.session.execute(
        text("""
            WITH spared AS (
                DELETE FROM run_removals USING runs, offers, run_seen
                WHERE runs.source_id = :source_id AND runs.state = 'held' AND runs.id < :run_id
                    AND run_removals.run_id = runs.id AND offers.id = run_removals.offer_id
                    AND run_seen.run_id = :run_id
                    AND run_seen.external_id = offers.external_id
                RETURNING run_removals.run_id
            )
            UPDATE runs SET held = runs.held - n.spared
            FROM (SELECT run_id, count(*) AS spared FROM spared GROUP BY run_id) AS n
            WHERE runs.id = n.run_id
        """),
        {"source_id": run.source_id, "run_id": run.id},
    )


def _last_valid_reading(run: Run) -> object:
    return db.session.execute(
        text("""
            SELECT max(finished_at) FROM runs
            WHERE source_id = :source_id AND id < :id AND verdict IN ('valid', 'unchanged')
        """),
        {"source_id": run.source_id, "id": run.id},
    ).scalar()


def _which(run: Run) -> dict[str, object]:
    return {
        "run_id": run.id,
        "source_id": run.source_id,
        "started_at": run.started_at,
        "sequence": run.sequence,
    }
