"""What the last hour brought, over all agencies, for those who watch Offerdock from outside."""

from dataclasses import dataclass

from sqlalchemy import text

from webapp.extensions import db

HOUR = "now() - interval '1 hour'"
# What runs is among the oldest that wait.
LOOKED_AT = 50_000
OUTCOMES = (
    "created", "updated", "unchanged", "superseded", "withdrawn", "rejected", "failed",
    "quarantined",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long something took: how often it was done, half and 95 % of the times, the longest."""

    name: str
    count: int
    median: float
    most: float
    longest: float


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Offer jobs that wait or run now; of `expired` the worker died or stalled, and the sweeper has
    not brought them back yet."""

    jobs: int
    oldest_seconds: float
    expired: int


@dataclass(frozen=True, slots=True)
class LastHour:
    """`failures` by error code, `deliveries` by state and cause."""

    runs: dict[str, int]
    failures: dict[str, int]
    offers: dict[str, int]
    seconds: list[Seconds]
    deliveries: dict[tuple[str, str], int]
    sources: dict[str, int]
    unsettled: Unsettled


def last_hour() -> LastHour:
    return LastHour(
        runs=_counts(f"""
            SELECT state, count(*) FROM runs WHERE finished_at > {HOUR} GROUP BY state
            UNION ALL
            SELECT state, count(*) FROM runs WHERE finished_at IS NULL GROUP BY state
        """),
        failures=_counts(f"""
            SELECT coalesce(error_code, 'unknown'), count(*) FROM runs
            WHERE finished_at > {HOUR} AND state = 'failed' GROUP BY 1
        """),
        offers=_offers(),
        seconds=_seconds(),
        deliveries=_deliveries(),
        sources=_counts("SELECT status, count(*) FROM sources GROUP BY status"),
        unsettled=unsettled_jobs(),
    )


def _counts(statement: str) -> dict[str, int]:
    return {str(name): int(count) for name, count in db.session.execute(text(statement))}


def _offers() -> dict[str, int]:
    """Of runs and deliveries that ended in this hour or still go on."""
    sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in OUTCOMES)
    names = ", ".join(OUTCOMES)
    row = db.session.execute(
        text(f"""
            SELECT {sums} FROM (
                SELECT {names} FROM runs WHERE finished_at > {HOUR} OR finished_at IS NULL
                UNION ALL SELECT {names} FROM deliveries WHERE received_at > {HOUR}
            ) AS ended
        """)
    ).one()
    return dict(zip(OUTCOMES, row, strict=True))


def _seconds() -> list[Seconds]:
    """Of whole runs ("run") and of their steps, by name."""
    rows = db.session.execute(
        text(f"""
            SELECT name, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
                percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds), max(seconds)
            FROM (
                SELECT 'run' AS name, extract(epoch FROM finished_at - started_at) AS seconds
                FROM runs WHERE finished_at > {HOUR} AND started_at IS NOT NULL
                UNION ALL
                SELECT step->>'name', extract(epoch FROM
                    (step->>'finished_at')::timestamptz - (step->>'started_at')::timestamptz)
                FROM runs, jsonb_array_elements(steps) AS step
                WHERE runs.finished_at > {HOUR} AND step->>'finished_at' IS NOT NULL
            ) AS took
            GROUP BY name ORDER BY name
        """)
    )
    return [Seconds(name, count, *map(float, times)) for name, count, *times in rows]


def _deliveries() -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        text(f"""
            SELECT state, coalesce(cause, ''), count(*) FROM deliveries
            WHERE received_at > {HOUR} GROUP BY 1, 2
        """)
    )
    return {(state, cause): count for state, cause, count in rows}


def unsettled_jobs() -> Unsettled:
    """Read off the counters of what is open: counting the jobs themselves takes too long while a
    million of them wait."""
    row = db.session.execute(
        text("""
            SELECT
                (SELECT coalesce(sum(greatest(staged - settled, 0)), 0)::bigint FROM runs
                    WHERE finished_at IS NULL)
                + (SELECT coalesce(sum(greatest(staged - settled, 0)), 0)::bigint FROM deliveries
                    WHERE finished_at IS NULL),
                coalesce((SELECT extract(epoch FROM now() - created_at) FROM offer_jobs
                    WHERE settled_at IS NULL ORDER BY id LIMIT 1), 0)::float,
                (SELECT count(*) FROM (
                    SELECT state, lease_until FROM offer_jobs WHERE settled_at IS NULL
                    ORDER BY id LIMIT :looked_at
                ) AS oldest WHERE state = 'running' AND lease_until < now())
        """),
        {"looked_at": LOOKED_AT},
    ).one()
    return Unsettled(*row)
