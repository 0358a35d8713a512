"""Counts the words that a source's stored records hold, for its values page."""

from jobs.mappings import decided_values, mapping_document
from jobs.stored_records import stored_records
from jobs.word_counts import WordCounts
from webapp.extensions import db
from webapp.models import Source
from webapp.services.remaps import EVERYTHING


def count_values(source_id: int) -> None:
    """Commits. A source without a mapping in force has no words of its own yet."""
    source = db.session.get(Source, source_id)
    if source is None or source.mapping_id is None:
        return
    document = mapping_document(source.mapping_id)
    counts = WordCounts(document, decided_values(source_id, source.values_version))
    for stored in stored_records(source_id, EVERYTHING):
        counts.add(stored.external_id, stored.record)
    counts.store(source_id)
    db.session.commit()
