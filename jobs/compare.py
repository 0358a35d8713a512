"""A chunk of records against what is known of their offers, while the next chunk is being read."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from jobs.claims import ClaimedRun
from jobs.driver import driver_connection
from jobs.json_rows import bytea, json_rows

_COMPARE = """
    WITH incoming AS (
        SELECT * FROM ROWS FROM (json_to_recordset(CAST(%(rows)s AS json))
            AS (external_id text, raw_hash bytea)) WITH ORDINALITY
            AS records (external_id, raw_hash, number)
    ), fresh AS (
        INSERT INTO run_seen (run_id, external_id)
        SELECT DISTINCT CAST(%(run_id)s AS bigint), external_id FROM incoming
        ON CONFLICT DO NOTHING RETURNING external_id
    )
    SELECT fresh.external_id IS NOT NULL AS is_new_id,
        rejections.job_id IS NULL AND coalesce(
            offers.raw_hash = incoming.raw_hash AND offers.mapping_id = %(mapping_id)s
            AND offers.lifecycle = 'live', false) AS is_unchanged,
        coalesce(rejections.raw_hash = incoming.raw_hash
            AND rejections.mapping_id = %(mapping_id)s, false) AS is_still_rejected
    FROM incoming
    LEFT JOIN fresh ON fresh.external_id = incoming.external_id
    LEFT JOIN offers
        ON offers.source_id = %(source_id)s AND offers.external_id = incoming.external_id
    LEFT JOIN rejections
        ON rejections.source_id = %(source_id)s AND rejections.external_id = incoming.external_id
    ORDER BY incoming.number
"""


@dataclass(slots=True)
class Compared:
    """The indexes of a chunk's records to stage and of those whose id another record has, and the
    others' counts."""

    changed: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    unchanged: int = 0
    still_rejected: int = 0


class Comparing:
    """PostgreSQL compares on the session's own connection, in its transaction: between `begin` and
    `result` nobody else may use it. The thread does nothing but wait for the answer."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="compare")
        self._external_ids: Sequence[str] = ()
        self._answer: Future[list[Any]] | None = None

    def begin(
        self, run: ClaimedRun, external_ids: Sequence[str], fingerprints: Sequence[bytes]
    ) -> None:
        """Remember the ids and compare each record with its offer, in one statement."""
        rows = [
            {"external_id": external_id, "raw_hash": bytea(fingerprint)}
            for external_id, fingerprint in zip(external_ids, fingerprints, strict=True)
        ]
        parameters = {
            "run_id": run.id,
            "source_id": run.source_id,
            "mapping_id": run.mapping_id,
            "rows": json_rows(rows),
        }
        connection = driver_connection()
        self._external_ids = external_ids
        self._answer = self._thread.submit(
            lambda: connection.execute(_COMPARE, parameters).fetchall()
        )

    def result(self) -> Compared:
        """Of records with the same id the run's first counts."""
        compared = Compared()
        seen: set[str] = set()
        for index, (is_new_id, is_unchanged, is_still_rejected) in enumerate(self._rows()):
            external_id = self._external_ids[index]
            if not is_new_id or external_id in seen:
                compared.repeated.append(index)
                continue
            seen.add(external_id)
            if is_unchanged:
                compared.unchanged += 1
            elif is_still_rejected:
                compared.still_rejected += 1
            else:
                compared.changed.append(index)
        return compared

    def result_of_delta(self) -> Compared:
        """Of records with the same id the last counts. It is staged whatever it is equal to: what
        the run staged before it may not have been applied yet."""
        compared = Compared()
        last = {external_id: index for index, external_id in enumerate(self._external_ids)}
        times = Counter(self._external_ids)
        for index, (is_new_id, is_unchanged, is_still_rejected) in enumerate(self._rows()):
            external_id = self._external_ids[index]
            if last[external_id] != index:
                compared.repeated.append(index)
            elif not is_new_id or times[external_id] > 1:
                compared.changed.append(index)
            elif is_unchanged:
                compared.unchanged += 1
            elif is_still_rejected:
                compared.still_rejected += 1
            else:
                compared.changed.append(index)
        return compared

    def _rows(self) -> list[Any]:
        assert self._answer is not None
        return self._answer.result()

    def close(self) -> None:
        self._thread.shutdown()
