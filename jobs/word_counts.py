"""The vendor's words that a mapping translates, counted over the records of a feed."""

from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from jobs.formats.record import Record
from webapp.extensions import db
from webapp.models import CountedValue, Source, utc_now
from webapp.offers.enumerations import collected_words
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.problems import storable_text
from webapp.offers.steps import ValueTables
from webapp.offers.transforms.words import folded

MOST_WORDS = 2_000
"""Kept of one table."""
MOST_EXAMPLES = 5
LONGEST_WORD = 200
ROWS_AT_ONCE = 1_000


@dataclass(slots=True)
class Counted:
    raw: str
    records: int = 0
    examples: list[str] = field(default_factory=list)


class WordCounts:
    def __init__(self, document: MappingDocument, decisions: ValueTables) -> None:
        self._words_of = collected_words(document, decisions)
        self._tables: dict[str, dict[str, Counted]] = {}
        # What comes in while they are counted may have been missed.
        self._began = utc_now()

    def add(self, external_id: str, record: Record) -> None:
        for table, raw in self._words_of(record):
            raw = storable_text(raw)[:LONGEST_WORD]
            words, word = self._tables.setdefault(table, {}), folded(raw)
            if word not in words and len(words) >= MOST_WORDS:
                continue
            counted = words.setdefault(word, Counted(raw))
            counted.records += 1
            if len(counted.examples) < MOST_EXAMPLES:
                counted.examples.append(external_id)

    def store(self, source_id: int) -> None:
        """Instead of what was counted before; a word that was known then stays as old as it is.
        Doesn't commit."""
        first_seen = {
            (table, word): at
            for table, word, at in db.session.execute(
                select(
                    CountedValue.value_table, CountedValue.word, CountedValue.first_seen_at
                ).where(CountedValue.source_id == source_id)
            )
        }
        rows = [
            {
                "source_id": source_id,
                "value_table": table,
                "word": word,
                "raw": counted.raw,
                "records": counted.records,
                "examples": counted.examples,
                "first_seen_at": first_seen.get((table, word), self._began),
            }
            for table, words in self._tables.items()
            for word, counted in words.items()
        ]
        db.session.execute(delete(CountedValue).where(CountedValue.source_id == source_id))
        for start in range(0, len(rows), ROWS_AT_ONCE):
            db.session.execute(insert(CountedValue), rows[start : start + ROWS_AT_ONCE])
        db.session.get_one(Source, source_id).values_counted_at = self._began
        db.session.flush()
