"""A feed that already lies on this machine, for `flask import FILE`: copied, unpacked and hashed
like one that came over the network."""

import time
from pathlib import Path

from jobs.errors import PermanentError
from jobs.fetch.request import Fetched, FetchLimits, SpooledFile
from jobs.fetch.spool import spool_to_file, unpacked_if_gzip
from jobs.formats.sniff import refuse_what_is_no_feed, sniff_document

_CHUNK_BYTES = 1_048_576


def fetch_local_file(path: Path, spool: Path, max_bytes: int) -> Fetched:
    """:raise PermanentError: when the file can't be read or is no feed."""
    started = time.monotonic()
    try:
        with path.open("rb") as file:
            chunks = iter(lambda: file.read(_CHUNK_BYTES), b"")
            whole = unpacked_if_gzip(chunks, FetchLimits().max_unpack_ratio, path.name)
            spooled = spool_to_file(whole, spool, max_bytes, path.name)
    except OSError as error:
        raise PermanentError(
            "file_unreadable",
            f"The file can't be read: {error.strerror}.",
            "Check the path and its permissions.",
            place=path.name,
        ) from error
    refuse_what_is_no_feed(sniff_document(spool), path.name)
    return Fetched(
        files=(SpooledFile(spool, path.name),),
        not_modified=False,
        bytes=spooled.bytes,
        sha256=spooled.sha256,
        etag=None,
        last_modified=None,
        content_type=None,
        seconds=time.monotonic() - started,
        final_url=path.name,
        http_status=0,
    )
