"""How a source's feed is fetched beyond its address: which files, which pages, which server key."""

from typing import Annotated, Literal

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
    host_key: str | None = None
    """SFTP: the server's public key as first seen ("ssh-ed25519 AAAA…"), which must not change."""
    read_up_to: str | None = None
    """Feeds of changes: the last file that was read; newer ones follow in their order."""
