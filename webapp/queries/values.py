"""Reading the words of a source's records, what each means and what it most likely means, for the
values page. Meanings are worked out here, not in the database: a source has hundreds of words."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.models import CountedValue, Offer, OfferProblem, Source, User, ValueDecision
from webapp.offers.enumerations import Enumeration, Meaning, compiled_meanings, enumerations
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.problem_values import compiled_problem_words
from webapp.offers.suggested_codes import Suggestion, suggested_code
from webapp.offers.transforms.words import folded
from webapp.queries.paging import LIST_SIZE
from webapp.services.value_decisions import value_tables

# Problems looked at for words that came in since the last count.
MOST_PROBLEMS = 5_000
EXAMPLES = 3


class Which(StrEnum):
    UNKNOWN = "unknown"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class ValueFilters:
    table: str = ""
    which: str = ""
    search: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ValueRow:
    """`examples`: external ids, each with the id of its offer where there is one."""

    enumeration: Enumeration
    raw: str
    records: int
    meaning: Meaning
    examples: tuple[tuple[str, int | None], ...] = ()
    suggestion: Suggestion | None = None
    decided: Decided | None = None

    @property
    def is_unknown(self) -> bool:
        """And should be known: words for features may stay what they are."""
        return self.meaning.origin == "unknown" and self.enumeration.complains


@dataclass(frozen=True, slots=True)
class ValuesPage:
    rows: Sequence[ValueRow]
    total: int
    number: int
    tables: list[Enumeration]
    words: dict[str, int]
    """Of each table."""
    unknown: dict[str, int]
    """As above, of words that nobody has explained."""

    @property
    def has_next(self) -> bool:
        return self.number * LIST_SIZE < self.total


def values_page(
    source: Source, document: MappingDocument, filters: ValueFilters, number: int
) -> ValuesPage:
    decisions = value_tables(source.id)
    rows = _all_rows(source, document, decisions)
    words, unknown = _tally(rows), _tally(row for row in rows if row.is_unknown)
    tables = [listed for listed in enumerations(document) if listed.table in words]
    matching = _sorted(_matching(rows, filters), filters.sort, tables)
    shown = matching[(number - 1) * LIST_SIZE : number * LIST_SIZE]
    complete = _with_details(source, document, decisions, shown)
    return ValuesPage(complete, len(matching), number, tables, words, unknown)


def word_of_problem(document: MappingDocument, field: str, raw: str) -> tuple[str, str] | None:
    """Table and word that an unknown value of this field was looked up as."""
    return next(iter(compiled_problem_words(document)(field, raw)), None)


def meanings_of(source: Source, document: MappingDocument) -> Callable[[str, str], Meaning]:
    return compiled_meanings(document, value_tables(source.id))


def records_with(source: Source, table: str, words: Collection[str]) -> int:
    """At most so many offers are mapped again when these words get another meaning."""
    counted = select(func.sum(CountedValue.records)).where(
        CountedValue.source_id == source.id,
        CountedValue.value_table == table,
        CountedValue.word.in_([folded(word) for word in words]),
    )
    return int(db.session.scalar(counted) or 0)


def _all_rows(
    source: Source, document: MappingDocument, decisions: dict[str, dict[str, str | None]]
) -> list[ValueRow]:
    by_table = {listed.table: listed for listed in enumerations(document)}
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for table, word, raw, records in db.session.execute(
        select(
            CountedValue.value_table, CountedValue.word, CountedValue.raw, CountedValue.records
        ).where(CountedValue.source_id == source.id)
    ):
        found[table, word] = (raw, records)
    for table, raw, records in _words_of_problems(source, document):
        found.setdefault((table, folded(raw)), (raw, records))
    for table, word, raw in db.session.execute(
        select(ValueDecision.value_table, ValueDecision.word, ValueDecision.raw).where(
            ValueDecision.source_id == source.id
        )
    ):
        found.setdefault((table, word), (raw, 0))
    meaning = compiled_meanings(document, decisions)
    return [
        ValueRow(by_table[table], raw, records, meaning(table, raw))
        for (table, _word), (raw, records) in found.items()
        if table in by_table
    ]


def _words_of_problems(source: Source, document: MappingDocument) -> Iterable[tuple[str, str, int]]:
    """What came in since the words were counted is there at once."""
    some = (
        select(OfferProblem.field, OfferProblem.raw)
        .where(OfferProblem.source_id == source.id, OfferProblem.code == "unknown_value")
        .limit(MOST_PROBLEMS)
        .subquery()
    )
    grouped = select(some.c.field, some.c.raw, func.count()).group_by(some.c.field, some.c.raw)
    words_of = compiled_problem_words(document)
    for field, raw, records in db.session.execute(grouped):
        for table, word in words_of(field, raw):
            yield table, word, records


def _tally(rows: Iterable[ValueRow]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        table = row.enumeration.table
        counts[table] = counts.get(table, 0) + 1
    return counts


def _matching(rows: list[ValueRow], filters: ValueFilters) -> list[ValueRow]:
    searched = folded(filters.search)
    return [
        row
        for row in rows
        if (not filters.table or row.enumeration.table == filters.table)
        and (filters.which != Which.UNKNOWN or row.is_unknown)
        and (filters.which != Which.DECIDED or row.meaning.origin == "decision")
        and searched in folded(row.raw)
    ]


def _sorted(rows: list[ValueRow], sort: str, tables: list[Enumeration]) -> list[ValueRow]:
    """Unless asked otherwise: what nobody has explained first, then table by table."""
    place = {listed.table: index for index, listed in enumerate(tables)}
    rows = sorted(rows, key=lambda row: folded(row.raw))
    is_falling = sort.startswith("-")
    if sort.lstrip("-") == "word":
        return rows[::-1] if is_falling else rows
    rows.sort(key=lambda row: row.records, reverse=sort != "records")
    if sort.lstrip("-") != "records":
        rows.sort(key=lambda row: (not row.is_unknown, place[row.enumeration.table]))
    return rows


def _with_details(
    source: Source,
    document: MappingDocument,
    decisions: dict[str, dict[str, str | None]],
    rows: list[ValueRow],
) -> list[ValueRow]:
    """What only the rows that are shown need."""
    keys = [(row.enumeration.table, folded(row.raw)) for row in rows]
    examples = _examples(source, rows)
    decided = _decided(source)
    return [
        replace(
            row,
            examples=examples.get(key, ()),
            decided=decided.get(key),
            suggestion=_suggestion(row, document, decisions),
        )
        for row, key in zip(rows, keys, strict=True)
    ]


def _suggestion(
    row: ValueRow, document: MappingDocument, decisions: dict[str, dict[str, str | None]]
) -> Suggestion | None:
    if row.meaning.origin != "unknown":
        return None
    table = row.enumeration.table
    known = {folded(word): code for word, code in document.values.get(table, {}).items()}
    return suggested_code(row.enumeration, row.raw, known | decisions.get(table, {}))


def _examples(
    source: Source, rows: list[ValueRow]
) -> dict[tuple[str, str], tuple[tuple[str, int | None], ...]]:
    listed = {
        (table, word): examples[:EXAMPLES]
        for table, word, examples in db.session.execute(
            select(CountedValue.value_table, CountedValue.word, CountedValue.examples).where(
                CountedValue.source_id == source.id,
                CountedValue.word.in_([folded(row.raw) for row in rows]),
            )
        )
    }
    named = {external_id for examples in listed.values() for external_id in examples}
    offers: dict[str, int] = {
        external_id: id
        for external_id, id in db.session.execute(
            select(Offer.external_id, Offer.id).where(
                Offer.source_id == source.id, Offer.external_id.in_(named)
            )
        )
    }
    return {key: tuple((id, offers.get(id)) for id in ids) for key, ids in listed.items()}


def _decided(source: Source) -> dict[tuple[str, str], Decided]:
    return {
        (table, word): Decided(name, at)
        for table, word, name, at in db.session.execute(
            select(
                ValueDecision.value_table,
                ValueDecision.word,
                User.name,
                ValueDecision.decided_at,
            )
            .outerjoin(User, User.id == ValueDecision.decided_by)
            .where(ValueDecision.source_id == source.id)
        )
    }
