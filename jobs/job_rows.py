"""Offer jobs and their raw records into PostgreSQL, by binary COPY."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import zstandard
from sqlalchemy import text

from jobs.driver import driver_connection
from jobs.formats.record import Record
from jobs.origin import Origin
from webapp.extensions import db
from webapp.offers.secrets import masked_record, may_hold_secrets

COMPRESSION_LEVEL = 1


@dataclass(slots=True)
class NewJob:
    origin: Origin
    external_id: str
    sequence: int
    version: int | None
    position: int
    line: int | None
    raw_hash: bytes
    record: Record


def copy_jobs(jobs: Sequence[NewJob]) -> list[int]:
    """Insert the jobs with their records; returns the jobs' ids, rising. Doesn't commit."""
    if not jobs:
        return []
    ids = list(
        db.session.scalars(
            text("SELECT nextval('offer_jobs_id_seq') FROM generate_series(1, :count)"),
            {"count": len(jobs)},
        )
    )
    compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL)
    cursor = driver_connection().cursor()
    with cursor.copy(
        "COPY offer_jobs (id, run_id, delivery_id, source_id, external_id, sequence, version,"
        " position, line, raw_hash) FROM STDIN (FORMAT BINARY)"
    ) as copy:
        copy.set_types(
            ["int8", "int8", "int8", "int8", "text", "int8", "int8", "int4", "int4", "bytea"]
        )
        for id, job in zip(ids, jobs, strict=True):
            origin = job.origin
            copy.write_row(
                (id, origin.run_id, origin.delivery_id, origin.source_id, job.external_id,
                 job.sequence, job.version, job.position, job.line, job.raw_hash)
            )  # fmt: skip
    with cursor.copy("COPY offer_records (id, payload) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int8", "bytea"])
        for id, job in zip(ids, jobs, strict=True):
            copy.write_row((id, compressor.compress(_serialised(job.record))))
    return ids


def stored_record(record: Record) -> bytes:
    return zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).compress(_serialised(record))


def record_of(payload: bytes, decompressor: zstandard.ZstdDecompressor) -> Record:
    """The raw record out of its stored form; a decompressor costs more than its work."""
    record: Record = orjson.loads(decompressor.decompress(payload))
    return record


def _serialised(record: Record) -> bytes:
    serialised = orjson.dumps(record)
    return orjson.dumps(masked_record(record)) if may_hold_secrets(serialised) else serialised
