"""What FTP and SFTP have in common: folders with files, of which some are wanted in a run."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import NamedTuple, Protocol

from jobs.errors import PermanentError
from jobs.fetch.deadline import Deadline
from jobs.fetch.feed_names import PACKED_ENDINGS, can_be_feed, ending_of
from jobs.fetch.request import Wanted

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


def wanted_files(
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


def files_of_this_run(
    files: Sequence[RemoteFile], wanted: Wanted
) -> tuple[Sequence[RemoteFile], int]:
    """The files of this run, and how many wait for the next ones."""
    if wanted.in_order:
        newer = [file for file in files if not wanted.fetching.has_read(file.mark)]
        return newer[:1], max(0, len(newer) - 1)
    return (files[-1:] if wanted.fetching.pick == "newest" else files), 0


def version_of(files: Sequence[RemoteFile]) -> str | None:
    """The same for the same files; None when the server doesn't say enough."""
    if not files or not all(file.modified and file.size is not None for file in files):
        return None
    said = "\n".join(f"{file.name} {file.size} {file.modified}" for file in files)
    return sha256(said.encode()).hexdigest()


def too_many_files(most: int, place: str) -> PermanentError:
    return PermanentError(
        "too_many_files",
        f"There are more than {most:,} files in the vendor's folder.",
        "Narrow the pattern of file names, or ask the vendor to remove the old ones.",
        place=place,
    )
