"""Partial records that come after newer ones of their offer: what those say stays, the rest still
counts. Which fields the newer ones had is read from their deliveries' bodies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from zstandard import ZstdDecompressor

from jobs.claim_jobs import ClaimedJob
from jobs.deliveries.cutters import cutter_of
from jobs.formats.record import Record
from jobs.json_rows import json_rows
from webapp.bodies.unreadable import UnreadableBody
from webapp.extensions import db
from webapp.offers.mapping import WITHDRAWN

_LATE = text("""
    SELECT late.id, offers.version, offers.sequence,
        offers.lifecycle <> 'withdrawn' AND in_force.id IS NOT NULL AS is_known
    FROM json_to_recordset(CAST(:rows AS json)) AS late (id bigint, source_id bigint,
        external_id text, version bigint, sequence bigint)
    JOIN offers USING (source_id, external_id)
    LEFT JOIN offer_jobs AS in_force ON in_force.id = offers.job_id
    WHERE is_older(late.version, late.sequence, offers.version, offers.sequence)
""")

_NEWER = text("""
    SELECT late.id AS late_id, newer.position, delivery.partial,
        coalesce(webhook.settings, '{}')::text AS settings, request.content_type, request.body
    FROM json_to_recordset(CAST(:rows AS json)) AS late (id bigint, source_id bigint,
        external_id text, version bigint, sequence bigint)
    JOIN offer_jobs AS newer USING (source_id, external_id)
    LEFT JOIN deliveries AS delivery ON delivery.id = newer.delivery_id
    LEFT JOIN delivery_requests AS request ON request.delivery_id = newer.delivery_id
    LEFT JOIN webhooks AS webhook ON webhook.source_id = newer.source_id
    WHERE newer.state = 'done'
        AND is_older(late.version, late.sequence, newer.version, newer.sequence)
""")


@dataclass(slots=True)
class LateRecord:
    """`taken`: the fields that newer records have said; None: all, so that nothing is left."""

    version: int | None
    sequence: int
    """Of the offer: as new as what is left of the record counts."""
    taken: set[str] | None

    def left_of(self, record: Record) -> Record:
        if self.taken is None or WITHDRAWN in record:
            return {}
        return {name: value for name, value in record.items() if name not in self.taken}


def late_records(jobs: Sequence[ClaimedJob]) -> dict[int, LateRecord]:
    """Those of the jobs that are older than their offers, by the jobs' ids. Commits."""
    if not jobs:
        return {}
    rows = db.session.execute(_LATE, {"rows": _rows(jobs)}).all()
    db.session.commit()
    late = {row.id: LateRecord(row.version, row.sequence, None) for row in rows}
    # Where the job that the offer was made of is forgotten, others may be as well.
    known = {row.id for row in rows if row.is_known}
    answerable = [job for job in jobs if job.id in known and job.delivery_id is not None]
    if not answerable:
        return late
    newer: dict[int, list[Any]] = {}
    for row in db.session.execute(_NEWER, {"rows": _rows(answerable)}):
        newer.setdefault(row.late_id, []).append(row)
    db.session.commit()
    decompressor = ZstdDecompressor()
    for job in answerable:
        late[job.id].taken = _fields_of(newer.get(job.id, []), job.mapping_id, decompressor)
    return late


def _fields_of(
    newer: Sequence[Any], mapping_id: int, decompressor: ZstdDecompressor
) -> set[str] | None:
    taken: set[str] = set()
    for row in newer:
        record = _partial_record(row, mapping_id, decompressor)
        if record is None or WITHDRAWN in record:
            return None
        taken.update(record)
    return taken


def _partial_record(row: Any, mapping_id: int, decompressor: ZstdDecompressor) -> Record | None:
    """As it came; None when it is no partial one, or can't be told any more."""
    cutter = cutter_of(mapping_id, row.settings)
    if row.body is None or not (row.partial or cutter.document.partial):
        return None
    try:
        records = cutter.reader.records(decompressor.decompress(row.body), row.content_type)
    except UnreadableBody:
        return None
    return records[row.position - 1] if row.position <= len(records) else None


def _rows(jobs: Sequence[ClaimedJob]) -> str:
    return json_rows(
        [
            {
                "id": job.id,
                "source_id": job.source_id,
                "external_id": job.external_id,
                "version": job.told_version,
                "sequence": job.told_sequence,
            }
            for job in jobs
        ]
    )
