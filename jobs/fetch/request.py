"""What a fetch is asked for and what it hands back, the same for every way of transport."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Credentials:
    """`name` is the user (basic), the header's or the query parameter's name; unused for bearer."""

    kind: Literal["basic", "bearer", "header", "query"]
    name: str
    secret: str

    def __repr__(self) -> str:
        return f"Credentials({self.kind!r}, …)"


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """The version that was read last; all None asks for the file in any case."""

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class FetchLimits:
    max_bytes: int = 2 * 1024**3
    """Both for what comes over the wire and for what it unpacks to."""
    max_unpack_ratio: int = 200
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    total_seconds: float = 1800.0
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """`bytes` and `sha256` are those of the spooled, unpacked file."""

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
