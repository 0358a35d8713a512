"""What a source's readings have left in the database, without what may differ: ids and times."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from bench.world import World

Rows = Sequence[tuple[object, ...]]

_QUERIES = {
    "offers": """
        SELECT external_id, data::text, lifecycle, sync_status, encode(content_hash, 'hex'),
            encode(raw_hash, 'hex'), title, price, absent_runs
        FROM offers WHERE source_id = :id ORDER BY external_id
    """,
    "revisions": """
        SELECT offers.external_id, kind, changes::text
        FROM offer_revisions JOIN offers ON offers.id = offer_id
        WHERE source_id = :id ORDER BY external_id, offer_revisions.id
    """,
    "problems": """
        SELECT external_id, position, line, code, field, raw
        FROM problems WHERE source_id = :id ORDER BY position, code, field, raw
    """,
    "counters": """
        SELECT read, staged, settled, created, updated, unchanged, superseded, rejected, failed,
            quarantined, missing, withdrawn, held, unidentified, state, error_code
        FROM runs WHERE source_id = :id ORDER BY id
    """,
    "jobs": """
        SELECT dense_rank() OVER (ORDER BY run_id), external_id, state, outcome, position
        FROM offer_jobs WHERE source_id = :id ORDER BY run_id, position
    """,
}


def outcome(world: World, source_id: int) -> dict[str, Rows]:
    return {name: world.sql(query, id=source_id) for name, query in _QUERIES.items()}


def first_difference(one: Rows, other: Rows) -> str | None:
    """The first row that isn't the same in both; None when all are."""
    for number, (left, right) in enumerate(zip_longest(one, other), start=1):
        if left != right:
            return f"row {number}: {str(left)[:300]} / {str(right)[:300]}"
    return None


def differences(calm: Mapping[str, Rows], disturbed: Mapping[str, Rows]) -> dict[str, str]:
    """By table, where the two outcomes part; empty when they are exactly equal."""
    found = {name: first_difference(calm[name], disturbed[name]) for name in calm}
    return {name: where for name, where in found.items() if where is not None}
