"""How a vendor's file is cut into records: part of the mapping, so that a changed reading is a new
version of it; the readers in jobs/formats do what it says and work out what it leaves open."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Container = Literal["xml", "csv", "xlsx", "xls", "ods", "json", "jsonl", "blm"]

LONGEST_PATH = 300
MOST_COLUMNS = 2_000


class Part(BaseModel):
    """A piece of a mapping document: data only, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True)


def _record_path(path: str) -> str:
    if not path or len(path) > LONGEST_PATH or any(part == "" for part in path[1:].split("/")):
        raise ValueError(f"{path[:LONGEST_PATH]!r} is not a path such as /root/property or items[]")
    return path


RecordPath = Annotated[str, AfterValidator(_record_path)]


class Pairs(Part):
    """Children that name their own value: a `postmeta` with a `meta_key` and a `meta_value`
    becomes `postmeta.<key>`."""

    path: str
    key: str
    value: str


class Reading(Part):
    container: Container
    record_paths: tuple[RecordPath, ...] = ()
    """XML: `/root/property`, `*` for any name; JSON: `data.items[]`, `[]` for the outermost list;
    tables and lines have none."""
    encoding: str | None = None
    """None: every file says or shows its own."""

    delimiter: Annotated[str, Field(min_length=1, max_length=5)] | None = None
    quote: Annotated[str, Field(max_length=1)] | None = None
    """None: worked out at each reading, as the delimiter and the header row are; "": none."""
    header_row: Annotated[int, Field(ge=0, le=1_000)] | None = None
    """The row that holds the names, counted from 1; 0: there is none."""
    columns: Annotated[tuple[str, ...], Field(max_length=MOST_COLUMNS)] = ()
    """The names of a table without a header row; without any they are "1", "2", …"""
    sheet: str | None = None
    """None: the first sheet with rows."""

    pairs: tuple[Pairs, ...] = ()
    columns_at: str | None = None
    """XML: where the names of the columns are declared, apart from the rows."""
    cells: str | None = None
    """XML: where a record holds its cells, in the order of the declared columns."""

    member: str | None = None
    """A pattern of file names in an archive; None: whatever in it can be a feed."""
