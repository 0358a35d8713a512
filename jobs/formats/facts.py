"""What the reading of a file found out about the document as a whole; filled while it goes on."""

from dataclasses import dataclass, field

from jobs.formats.record import Record
from webapp.offers.reading import Reading


@dataclass(slots=True)
class DocumentFacts:
    root: str = ""
    namespaces: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    declared_count: int | None = None
    records: int = 0
    skipped: int = 0
    """Of these, those that are no offers for us by the mapping."""
    complete: bool = False
    """True once the document was read to its end without an error."""
    header: Record = field(default_factory=dict)
    """What stands before the first record: the root's attributes and small elements."""
    later_headers: list[Record] = field(default_factory=list)
    """Of several files: those of all behind the first."""
    record_parents: set[str] = field(default_factory=set)
    """Of an XML document: the paths of what holds its records, as the reading has them."""
    reading: Reading | None = None
    """The reading with everything that it had left open."""
