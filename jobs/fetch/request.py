"""What a fetch is asked for and what it hands back, the same for every way of transport."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from webapp.fetching import Fetching

Progress = Callable[[int, int | None], None]
"""Called with the bytes so far and the announced total, for every chunk."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """`name` is the user (basic, key), the header's or the query parameter's name; none for bearer.

    `secret` is the private key for `key`, whose `passphrase` may be empty.
    """

    kind: Literal["basic", "bearer", "header", "query", "key"]
    name: str
    secret: str
    passphrase: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.kind!r}, …)"


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """The version that was read last; all None asks for the file in any case."""

    etag: str | None = None
    """Of HTTP; for FTP and SFTP name, size and time of every file that was read."""
    last_modified: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class FetchLimits:
    max_bytes: int = 2 * 1024**3
    """Both for what comes over the wire and for what it unpacks to."""
    max_unpack_ratio: int = 200
    max_members: int = 20_000
    """Of an archive, pictures included."""
    max_files: int = 1_000
    """Of one run: feed files of an archive or a folder."""
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    total_seconds: float = 1800.0
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    location: str
    credentials: Credentials | None = None
    fetching: Fetching = field(default_factory=Fetching)
    in_order: bool = False
    """One file a run, the oldest that was not read yet: for feeds of changes."""
    member: str | None = None
    """A pattern of names in an archive."""
    record_paths: tuple[str, ...] = ()
    known: KnownVersion = KnownVersion()
    limits: FetchLimits = FetchLimits()
    allowed_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SpooledFile:
    path: Path
    name: str
    """As people know it: in the archive, in the vendor's folder, the page's address."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """`bytes` and `sha256` are those of the spooled, unpacked files, one after the other."""

    files: tuple[SpooledFile, ...]
    """Empty when nothing was modified."""
    not_modified: bool
    bytes: int
    sha256: str | None
    etag: str | None
    last_modified: str | None
    content_type: str | None
    seconds: float
    final_url: str
    """Where the redirects ended, with its secrets masked."""
    http_status: int
    host_key: str | None = None
    """What an SFTP server, or one with a certificate of its own, proved itself with."""
    file_mark: str | None = None
    """In order: the file that this run reads; the next run begins behind it."""
    files_left: int = 0
    """In order: how many newer files wait."""
