"""What the timeline of a run keeps of its fetch and its reading, for pages to show."""

from jobs.fetch.request import Fetched
from jobs.formats.facts import DocumentFacts
from webapp.offers.mapping_document import MappingDocument

MOST_NAMES = 10


def fetch_facts(fetched: Fetched) -> dict[str, object]:
    """With the first files' names, where they have any but an address."""
    facts: dict[str, object] = {"bytes": fetched.bytes}
    names = [file.name for file in fetched.files if "://" not in file.name]
    if names:
        facts |= {"files": names[:MOST_NAMES], "file_count": len(fetched.files)}
    return facts


def reading_facts(read: int, document: MappingDocument, facts: DocumentFacts) -> dict[str, object]:
    """`skipped`: records that are no offers for us; `dialect`: of a table, as it was worked out."""
    found: dict[str, object] = {"records": read, "container": document.reading.container}
    if facts.skipped:
        found["skipped"] = facts.skipped
    if facts.encoding:
        found["encoding"] = facts.encoding
    reading = facts.reading or document.reading
    if reading.delimiter is not None:
        found["delimiter"] = reading.delimiter
    if reading.sheet is not None:
        found["sheet"] = reading.sheet
    return found
