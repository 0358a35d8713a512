"""Fetches what is wanted out of a vendor's folder, over FTP and SFTP alike."""

import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from jobs.errors import PermanentError
from jobs.fetch.arrived import Arrived, feed_files, together
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import truncated
from jobs.fetch.remote_files import (
    RemoteFile,
    RemoteFolder,
    files_of_this_run,
    version_of,
    wanted_files,
)
from jobs.fetch.request import Fetched, FetchLimits, Progress, SpooledFile, Wanted
from jobs.fetch.spool import Spooled, spool_to_file, too_large, unpacked_if_gzip


def fetch_remote(
    remote: RemoteFolder,
    path: str,
    wanted: Wanted,
    spool: Path,
    place: str,
    deadline: Deadline,
    on_progress: Progress | None,
) -> Fetched:
    """`path`: a file, a folder, or a pattern of file names in a folder."""
    started = time.monotonic()
    found = wanted_files(remote, path, wanted, place, deadline)
    files = sorted(found, key=lambda file: file.mark)
    chosen, left = files_of_this_run(files, wanted)
    if not chosen and not wanted.in_order:
        raise _no_files(path, place)
    version = version_of(chosen)
    mark = chosen[-1].mark if wanted.in_order and chosen else None
    if not chosen or (mark is None and version is not None and version == wanted.known.etag):
        arrived, not_modified = Arrived((), 0, wanted.known.sha256 or ""), True
    else:
        try:
            arrived = _downloaded(remote, chosen, wanted, spool, place, deadline, on_progress)
        except PermanentError as error:
            error.file_mark = mark
            raise
        digest = sha256(f"{mark} {arrived.sha256}".encode()).hexdigest() if mark else None
        # A file of changes is new even with the very content of the one before.
        arrived = arrived._replace(sha256=digest or arrived.sha256)
        not_modified = arrived.sha256 == wanted.known.sha256
    return Fetched(
        files=arrived.files,
        not_modified=not_modified,
        bytes=arrived.bytes,
        sha256=arrived.sha256 or None,
        etag=version,
        last_modified=None,
        content_type=None,
        seconds=time.monotonic() - started,
        final_url=place,
        http_status=0,
        host_key=remote.host_key,
        file_mark=mark,
        files_left=left,
    )


def _downloaded(
    remote: RemoteFolder,
    files: Sequence[RemoteFile],
    wanted: Wanted,
    spool: Path,
    place: str,
    deadline: Deadline,
    on_progress: Progress | None,
) -> Arrived:
    limits = wanted.limits
    total = sum(file.size or 0 for file in files)
    if total > limits.max_bytes:
        raise too_large(limits.max_bytes, place)
    parts: list[tuple[SpooledFile, Spooled]] = []
    unpacked_bytes = arrived_bytes = 0
    found: list[SpooledFile] = []
    for number, file in enumerate(files, start=1):
        path = spool if len(files) == 1 else spool.with_name(f"{spool.name}-{number}")
        inner = place if len(files) == 1 else f"{place} › {file.name}"
        chunks = _counted(remote, file, arrived_bytes, total, inner, deadline, on_progress, limits)
        spooled = spool_to_file(
            unpacked_if_gzip(chunks, limits.max_unpack_ratio, inner),
            path,
            limits.max_bytes - unpacked_bytes,
            inner,
            limit=limits.max_bytes,
        )
        arrived_bytes += file.size or 0
        opened = feed_files(
            path, file.name, spooled, member=wanted.member, limits=limits, place=inner
        )
        unpacked_bytes += opened.bytes
        if unpacked_bytes > limits.max_bytes:
            raise too_large(limits.max_bytes, place)
        found += opened.files
        parts.append((opened.files[0], Spooled(opened.bytes, opened.sha256)))
    return together(parts)._replace(files=tuple(found))


def _counted(
    remote: RemoteFolder,
    file: RemoteFile,
    before: int,
    total: int,
    place: str,
    deadline: Deadline,
    on_progress: Progress | None,
    limits: FetchLimits,
) -> Iterator[bytes]:
    arrived = 0
    for chunk in remote.chunks(file):
        if late := deadline.failure(place):
            raise late
        arrived += len(chunk)
        if arrived > limits.max_bytes:
            raise too_large(limits.max_bytes, place)
        if on_progress is not None:
            on_progress(before + arrived, total or None)
        yield chunk
    # Shorter: it broke off. Longer: it is being written just now.
    if file.size is not None and arrived != file.size:
        raise truncated(place)


def _no_files(path: str, place: str) -> PermanentError:
    return PermanentError(
        "no_files",
        "There is no file for this source in the vendor's folder.",
        "Check the folder and the pattern of file names in the source's address, and ask the "
        "vendor whether the export still runs. No offer was changed or withdrawn.",
        place=place,
    )
