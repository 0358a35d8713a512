"""A feed that already lies on this machine, for `flask import FILE`: copied, unpacked and
hashed like one that came over the network."""

import time
from pathlib import Path

from jobs.errors import PermanentError
from jobs.fetch.arrived import feed_files
from jobs.fetch.request import Fetched, FetchLimits
from jobs.fetch.spool import spool_to_file, unpacked_if_gzip

_CHUNK_BYTES = 1_048_576


def fetch_local_file(
    path: Path, spool: Path, max_bytes: int, *, member: str | None = None
) -> Fetched:
    """:raise PermanentError: when the file can't be read or is no feed."""
    started = time.monotonic()
    limits = FetchLimits(max_bytes=max_bytes)
    try:
        with path.open("rb") as file:
            chunks = iter(lambda: file.read(_CHUNK_BYTES), b"")
            whole = unpacked_if_gzip(chunks, limits.max_unpack_ratio, path.name)
            spooled = spool_to_file(whole, spool, max_bytes, path.name)
    except OSError as error:
        raise PermanentError(
            "file_unreadable",
            f"The file can't be read: {error.strerror}.",
            "Check the path and its permissions.",
            place=path.name,
        ) from error
    arrived = feed_files(spool, path.name, spooled, member=member, limits=limits, place=path.name)
    return Fetched(
        files=arrived.files,
        not_modified=False,
        bytes=arrived.bytes,
        sha256=arrived.sha256,
        etag=None,
        last_modified=None,
        content_type=None,
        seconds=time.monotonic() - started,
        final_url=path.name,
        http_status=0,
    )
