"""Records that hold only what changed: each is laid over what was known of its offer, so that the
rules, the offer's page and every later record find it whole."""

from collections.abc import Iterable, Sequence
from math import inf

from sqlalchemy import TextClause, text
from zstandard import ZstdDecompressor

from jobs.driver import driver_connection
from jobs.formats.record import Record
from jobs.job_rows import record_of, stored_record
from jobs.json_rows import json_rows
from webapp.extensions import db
from webapp.offers.laid_over import laid_over

Key = tuple[int, str]

# Lateral with an offset: always one index look-up an offer, as in offer_rows.py.
_BASES = text("""
    SELECT found.source_id, found.external_id, found.job_id, offer_records.payload
    FROM json_to_recordset(CAST(:rows AS json)) AS wanted (source_id bigint, external_id text)
    CROSS JOIN LATERAL (
        SELECT source_id, external_id, job_id FROM offers
        WHERE offers.source_id = wanted.source_id AND offers.external_id = wanted.external_id
        OFFSET 0
    ) AS found
    JOIN offer_records ON offer_records.id = found.job_id
""")

# Without success, but what the vendor said last all the same.
_REFUSED = text("""
    SELECT found.source_id, found.external_id, found.id, offer_records.payload
    FROM json_to_recordset(CAST(:rows AS json)) AS wanted (source_id bigint, external_id text)
    CROSS JOIN LATERAL (
        SELECT source_id, external_id, id FROM offer_jobs AS job
        WHERE job.source_id = wanted.source_id AND job.external_id = wanted.external_id
            AND job.state IN ('rejected', 'failed', 'quarantined')
        OFFSET 0
    ) AS found
    JOIN offer_records ON offer_records.id = found.id
    ORDER BY found.id
""")

_STAGED = text("""
    SELECT DISTINCT ON (offer_jobs.external_id) offer_jobs.external_id, offer_records.payload
    FROM offer_jobs JOIN offer_records ON offer_records.id = offer_jobs.id
    WHERE offer_jobs.source_id = :source_id AND offer_jobs.run_id = :run_id
        AND offer_jobs.external_id = ANY(CAST(:external_ids AS text[]))
    ORDER BY offer_jobs.external_id, offer_jobs.id DESC
""")

_STORE = """
    UPDATE offer_records SET payload = whole.payload
    FROM unnest(%(ids)s::bigint[], %(payloads)s::bytea[]) AS whole (id, payload)
    WHERE offer_records.id = whole.id
"""


def base_of(
    in_force: tuple[int | None, Record | None],
    refused: Iterable[tuple[int, Record]],
    *,
    before: float = inf,
) -> Record | None:
    """What a partial record is laid over: the offer's record, and over it what was refused since,
    in jobs `before` this one."""
    base_job_id, base = in_force
    for job_id, record in refused:
        if (base_job_id or 0) < job_id < before:
            base = laid_over(base, record)
    return base


def records_in_force(keys: Iterable[Key]) -> dict[Key, tuple[int, Record]]:
    """The job and the record that each of the offers was last made of. Commits."""
    return {key: (job_id, record) for key, job_id, record in _records(_BASES, keys)}


def records_refused(keys: Iterable[Key]) -> dict[Key, list[tuple[int, Record]]]:
    """The jobs and records that made no offer, oldest first. Commits."""
    refused: dict[Key, list[tuple[int, Record]]] = {}
    for key, job_id, record in _records(_REFUSED, keys):
        refused.setdefault(key, []).append((job_id, record))
    return refused


def _records(statement: TextClause, keys: Iterable[Key]) -> list[tuple[Key, int, Record]]:
    wanted = [
        {"source_id": source_id, "external_id": external_id} for source_id, external_id in keys
    ]
    rows = db.session.execute(statement, {"rows": json_rows(wanted)}).all()
    db.session.commit()
    decompressor = ZstdDecompressor()
    return [
        ((source_id, external_id), job_id, record_of(payload, decompressor))
        for source_id, external_id, job_id, payload in rows
    ]


def staged_records(source_id: int, run_id: int, external_ids: Sequence[str]) -> dict[str, Record]:
    """The record last staged for each of the ids in this run, applied by now or not."""
    rows = db.session.execute(
        _STAGED,
        {"source_id": source_id, "run_id": run_id, "external_ids": list(external_ids)},
    )
    decompressor = ZstdDecompressor()
    return {external_id: record_of(payload, decompressor) for external_id, payload in rows}


def store_whole_records(records: Iterable[tuple[int, Record]]) -> None:
    """In place of the partial ones, under the same jobs' ids. Doesn't commit."""
    whole = sorted(records, key=lambda one: one[0])
    if whole:
        driver_connection().execute(
            _STORE,
            {
                "ids": [job_id for job_id, _ in whole],
                "payloads": [stored_record(record) for _, record in whole],
            },
        )
