"""Records that a mapping says are no offers for us: drafts, or lines that a vendor wants ignored.
They count as if they were not in the feed, and are only numbered."""

from collections.abc import Iterator

from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.record import RawRecord
from webapp.offers.conditions import any_condition_holds
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import JMESPathError


def without_skipped(
    raw_records: Iterator[RawRecord], document: MappingDocument, facts: DocumentFacts
) -> Iterator[RawRecord]:
    """`facts.skipped` counts what is left out."""
    if not document.skip_when:
        return raw_records
    return _without_skipped(raw_records, document, facts)


def only_skipped(facts: DocumentFacts) -> PermanentError:
    return PermanentError(
        "only_skipped",
        f"The feed holds no offers: all of its {facts.skipped:,} records are drafts, or are marked "
        "to be left out.",
        "Ask the vendor which offers the export should have. No offer was changed or withdrawn.",
    )


def _without_skipped(
    raw_records: Iterator[RawRecord], document: MappingDocument, facts: DocumentFacts
) -> Iterator[RawRecord]:
    is_skipped = any_condition_holds(document.skip_when)
    for raw in raw_records:
        try:
            if is_skipped(raw.as_dict()):
                facts.skipped += 1
                continue
        except JMESPathError:
            # A condition that fails says nothing: the record is read, and its rules tell.
            pass
        yield raw
