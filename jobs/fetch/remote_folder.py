"""What FTP and SFTP have in common: folders with files, of which some are wanted and read."""

import time
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Protocol

from jobs.errors import PermanentError
from jobs.fetch.arrived import Arrived, feed_files, together
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import truncated
from jobs.fetch.feed_names import PACKED_ENDINGS, can_be_feed, ending_of
from jobs.fetch.request import Fetched, FetchLimits, Progress, SpooledFile, Wanted
from jobs.fetch.spool import Spooled, spool_to_file, too_large, unpacked_if_gzip

MOST_LISTED = 10_000


class RemoteFile(NamedTuple):
    path: str
    name: str
    size: int | None
    modified: str
    """YYYYMMDDHHMMSS in UTC; empty when the server doesn't say."""

    @property
    def mark(self) -> str:
        """Sorts by time, then by name."""
        return f"{self.modified} {self.name}"


class RemoteFolder(Protocol):
    """One open connection; what it raises is for people already."""

    @property
    def host_key(self) -> str | None:
        """What the server proved itself with, unless an authority vouches for it."""

    def is_folder(self, path: str) -> bool: ...

    def names(self, folder: str) -> Iterator[str]:
        """What the folder holds, folders included."""

    def described(self, path: str) -> RemoteFile | None:
        """None for what is no file."""

    def chunks(self, file: RemoteFile) -> Iterator[bytes]: ...


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
    found = _candidates(remote, path, wanted, place, deadline)
    files = sorted(found, key=lambda file: file.mark)
    chosen, left = _chosen(files, wanted)
    if not chosen and not wanted.in_order:
        raise _no_files(path, place)
    version = _version(chosen)
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


def _candidates(
    remote: RemoteFolder, path: str, wanted: Wanted, place: str, deadline: Deadline
) -> Iterator[RemoteFile]:
    folder, _, pattern = path.rpartition("/")
    if not any(sign in pattern for sign in "*?["):
        if pattern and not remote.is_folder(path):
            if file := remote.described(path):
                yield file
            return
        folder, pattern = path.rstrip("/"), ""
    if path.startswith("/") and not folder:
        folder = "/"
    names = []
    for number, name in enumerate(remote.names(folder), start=1):
        if number > MOST_LISTED:
            raise too_many_files(MOST_LISTED, place)
        if name not in (".", "..") and _is_wanted(name, pattern):
            names.append(name)
    # Where one of them is read, it does not matter how many others lie beside it.
    reads_all = wanted.fetching.pick == "all" and not wanted.in_order
    if reads_all and len(names) > wanted.limits.max_files:
        raise too_many_files(wanted.limits.max_files, place)
    within = folder if folder.endswith("/") or not folder else f"{folder}/"
    for name in names:
        if late := deadline.failure(place):
            raise late
        if file := remote.described(within + name):
            yield file


def _is_wanted(name: str, pattern: str) -> bool:
    if pattern:
        return fnmatchcase(name.lower(), pattern.lower())
    return not name.startswith(".") and (can_be_feed(name) or ending_of(name) in PACKED_ENDINGS)


def _chosen(files: Sequence[RemoteFile], wanted: Wanted) -> tuple[Sequence[RemoteFile], int]:
    """The files of this run, and how many wait for the next ones."""
    if wanted.in_order:
        newer = [file for file in files if not wanted.fetching.has_read(file.mark)]
        return newer[:1], max(0, len(newer) - 1)
    return (files[-1:] if wanted.fetching.pick == "newest" else files), 0


def _version(files: Sequence[RemoteFile]) -> str | None:
    """The same for the same files; None when the server doesn't say enough."""
    if not files or not all(file.modified and file.size is not None for file in files):
        return None
    said = "\n".join(f"{file.name} {file.size} {file.modified}" for file in files)
    return sha256(said.encode()).hexdigest()


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


def too_many_files(most: int, place: str) -> PermanentError:
    return PermanentError(
        "too_many_files",
        f"There are more than {most:,} files in the vendor's folder.",
        "Narrow the pattern of file names, or ask the vendor to remove the old ones.",
        place=place,
    )
