"""What a person says that a vendor's word means: a row of the source's own value map, which wins
over the mapping's tables. Services flush; their callers commit."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.extensions import db
from webapp.models import Run, Source, User, ValueDecision, utc_now
from webapp.offers.transforms.words import folded
from webapp.services.audit import note
from webapp.services.remaps import ask_for_remap
from webapp.services.source_lock import lock_source

LONGEST_WORD = 500
LONGEST_TABLE = 100
"""Both together are a key, which PostgreSQL doesn't let grow without end."""


def decide_values(
    source: Source, table: str, meanings: dict[str, str | None], user: User
) -> Run | None:
    """`meanings`: the vendor's words as they were written, each to one of our codes, or to None
    for a word that means nothing. Only the offers that have such a word are mapped again."""
    if not meanings:
        return None
    lock_source(source)
    for raw, code in meanings.items():
        row = {
            "source_id": source.id,
            "value_table": table,
            "word": folded(raw),
            "raw": raw,
            "code": code,
            "decided_by": user.id,
            "decided_at": utc_now(),
        }
        statement = insert(ValueDecision).values(row)
        db.session.execute(
            statement.on_conflict_do_update(
                index_elements=["source_id", "value_table", "word"],
                set_={key: row[key] for key in ("raw", "code", "decided_by", "decided_at")},
            )
        )
    source.values_version += 1
    note("value_decided", source, user, table=table, meanings=meanings)
    return _remap(source, table, meanings, user)


def undecide_value(source: Source, table: str, raw: str, user: User) -> Run | None:
    """The mapping's own table says again what the word means, if it knows it."""
    lock_source(source)
    row = db.session.get(ValueDecision, (source.id, table, folded(raw)))
    if row is None:
        return None
    db.session.delete(row)
    note("value_decided", source, user, table=table, taken_back=row.raw, before=row.code)
    source.values_version += 1
    return _remap(source, table, [raw], user)


def value_tables(source_id: int) -> dict[str, dict[str, str | None]]:
    """The decisions of a source, as `compile_mapping` takes them."""
    tables: dict[str, dict[str, str | None]] = {}
    rows = db.session.execute(
        select(ValueDecision.value_table, ValueDecision.word, ValueDecision.code).where(
            ValueDecision.source_id == source_id
        )
    )
    for table, word, code in rows:
        tables.setdefault(table, {})[word] = code
    return tables


def _remap(source: Source, table: str, words: Iterable[str], user: User) -> Run | None:
    looked_up = sorted({folded(raw) for raw in words})
    return ask_for_remap(source, {"values": {table: looked_up}}, user)
