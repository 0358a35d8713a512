"""A feed that somebody sent through the browser: put together from its pieces in the database."""

import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select, text

from jobs.errors import PermanentError
from jobs.fetch.arrived import feed_files
from jobs.fetch.request import Fetched, FetchLimits
from jobs.fetch.spool import spool_to_file, unpacked_if_gzip
from webapp.extensions import db
from webapp.models import UploadChunk

# A file that was looked at and never read.
KEPT_DAYS = 7


def fetch_upload(
    upload_id: int, name: str, spool: Path, limits: FetchLimits, member: str | None
) -> Fetched:
    """:raise PermanentError: no feed, or removed already because what read it was over"""
    started = time.monotonic()
    chunks = unpacked_if_gzip(_chunks(upload_id, name), limits.max_unpack_ratio, name)
    spooled = spool_to_file(chunks, spool, limits.max_bytes, name)
    arrived = feed_files(spool, name, spooled, member=member, limits=limits, place=name)
    return Fetched(
        files=arrived.files,
        not_modified=False,
        bytes=arrived.bytes,
        sha256=arrived.sha256,
        etag=None,
        last_modified=None,
        content_type=None,
        seconds=time.monotonic() - started,
        final_url=name,
        http_status=0,
    )


def forget_uploads() -> None:
    """Those whose runs are over, and what nobody came back to. Commits."""
    db.session.execute(
        text("""
            DELETE FROM uploads
            WHERE NOT EXISTS (
                SELECT FROM runs WHERE runs.upload_id = uploads.id
                    AND (runs.state IN ('queued', 'fetching', 'reading', 'applying')
                        OR (runs.state = 'held' AND runs.drift IS NOT NULL))
            ) AND NOT EXISTS (
                SELECT FROM trials WHERE trials.upload_id = uploads.id
                    AND trials.state IN ('queued', 'running')
            ) AND (
                created_at < now() - make_interval(days => :days)
                OR EXISTS (SELECT FROM runs WHERE runs.upload_id = uploads.id)
            )
        """),
        {"days": KEPT_DAYS},
    )
    db.session.commit()


def _chunks(upload_id: int, name: str) -> Iterator[bytes]:
    number = 1
    while True:
        chunk = db.session.scalar(
            select(UploadChunk.content).where(
                UploadChunk.upload_id == upload_id, UploadChunk.number == number
            )
        )
        db.session.commit()
        if chunk is None:
            break
        yield chunk
        number += 1
    if number == 1:
        raise PermanentError(
            "upload_gone",
            "The file that was sent is not there any more.",
            "Send it again on the source's page.",
            place=name,
        )
