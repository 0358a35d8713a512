"""How a source's feed is fetched beyond its address: which files, which pages, which server key."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=100)]


class Settings(BaseModel):
    """A part of the document kept with the source."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paging(Settings):
    """A JSON feed that comes in pages."""

    kind: Literal["next_link", "page", "offset"]
    path: str = ""
    """next_link: where a page says the address of the next; empty: in the answer's Link header."""
    param: str = ""
    """page, offset: the query parameter that counts."""
    size_param: str = ""
    size: Annotated[int, Field(ge=1, le=100_000)] = 100
    """Records a page: an offset grows by it."""
    first: Annotated[int, Field(ge=0, le=1)] = 1
    """The number of the first page."""
    most_pages: Annotated[int, Field(ge=1, le=10_000)] = 1_000


class Fetching(Settings):
    pick: Literal["newest", "all"] = "newest"
    """Of the files in a folder or of a pattern."""
    paging: Paging | None = None
    own_certificate: bool = False
    """FTPS: the server's certificate is signed by nobody known; it is pinned like a host key."""
    host_key: str | None = None
    """What the server proved itself with when it was first seen, and which must not change: for
    SFTP its public key ("ssh-ed25519 AAAA…"), for FTPS with a certificate of its own the
    certificate's fingerprint ("certificate SHA256:1F:…")."""
    offered_key: str | None = None
    """What a server showed instead: refused until a person accepts it."""
    read_up_to: str | None = None
    """Feeds of changes: the last file that was read ("20261122101500 a.xml"); newer ones follow."""
    read_with_it: tuple[str, ...] = ()
    """The names of the files of that very second that were read before it."""

    def has_read(self, mark: str) -> bool:
        """Where the server tells no times, names alone have an order."""
        if self.read_up_to is None:
            return False
        time, _, name = mark.partition(" ")
        last_time, _, last_name = self.read_up_to.partition(" ")
        if time and time == last_time:
            return name == last_name or name in self.read_with_it
        return mark <= self.read_up_to

    def after(self, mark: str) -> "Fetching":
        """What is known once the file with this mark has been read, or left out for good."""
        time, _, _ = mark.partition(" ")
        last_time, _, last_name = (self.read_up_to or "").partition(" ")
        if self.has_read(mark):
            return self
        names = (*self.read_with_it, last_name) if time and time == last_time else ()
        return self.model_copy(update={"read_up_to": mark, "read_with_it": names})

    def as_document(self) -> dict[str, Any]:
        """As it is kept with the source."""
        return self.model_dump(mode="json", exclude_defaults=True)
