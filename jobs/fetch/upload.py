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


def fetch_upload(
    run_id: int, name: str, spool: Path, limits: FetchLimits, member: str | None
) -> Fetched:
    """:raise PermanentError: no feed, or removed already because the run was over once"""
    started = time.monotonic()
    chunks = unpacked_if_gzip(_chunks(run_id, name), limits.max_unpack_ratio, name)
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
    """Those whose runs are over. Commits."""
    db.session.execute(
        text("""
            DELETE FROM upload_chunks USING runs WHERE runs.id = upload_chunks.run_id
                AND runs.state NOT IN ('queued', 'fetching', 'reading', 'applying')
        """)
    )
    db.session.commit()


def _chunks(run_id: int, name: str) -> Iterator[bytes]:
    number = 1
    while True:
        chunk = db.session.scalar(
            select(UploadChunk.content).where(
                UploadChunk.run_id == run_id, UploadChunk.number == number
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
