"""A mapping document compiled to one function from a vendor's record to an offer in the making;
canonical.py judges what it makes. Compiled once a worker, called for every offer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.offers.blocks import Appender, Items, compiled_block, compiled_languages
from webapp.offers.identity import compiled_id
from webapp.offers.mapping_document import Block, LanguageBlock, MappingDocument
from webapp.offers.problems import Problem
from webapp.offers.rules import Problems, ValueTables, compiled_rule
from webapp.offers.targets import ListTarget, target_of

__all__ = ["Mapped", "MappingDocument", "RecordMapper", "compile_mapping"]


@dataclass(frozen=True, slots=True)
class Mapped:
    offer: dict[str, Any]
    problems: list[Problem]


RecordMapper = Callable[[dict[str, Any]], Mapped]

# How list items are told apart; a vendor's repetition is left out.
SAME_ITEM: dict[ListTarget, tuple[str, ...]] = {
    "deals": ("deal", "period", "amount"),
    "texts": ("lang", "title", "short", "description"),
    "features": ("code", "label"),
    "media": ("url", "archive_path"),
}


def compile_mapping(
    document: MappingDocument, value_tables: Mapping[str, Mapping[str, str | None]] | None = None
) -> RecordMapper:
    """`value_tables` are the source's own rows, vendor's word to our code; they win over the
    document's rows of the same table."""
    tables = _merged(document.values, value_tables or {})
    external_id = compiled_id(document.id)
    top, nested = _compiled_fields(document, tables)
    lists = [(name, _appender(name, block, tables)) for name, block in document.blocks()]

    def map_record(record: dict[str, Any]) -> Mapped:
        problems: Problems = []
        offer: dict[str, Any] = {"external_id": external_id(record)}
        for field, rule in top:
            value = rule(record, problems)
            if value is not None:
                offer[field] = value
        for parent, field, rule in nested:
            value = rule(record, problems)
            if value is not None:
                offer.setdefault(parent, {})[field] = value
        for name, append in lists:
            append(record, offer.setdefault(name, []), problems)
        _tidy_lists(offer)
        return Mapped(offer, _settled(problems, offer) if problems else problems)

    return map_record


def _compiled_fields(document: MappingDocument, tables: ValueTables) -> tuple[list[Any], list[Any]]:
    top, nested = [], []
    for field, rule in document.fields.items():
        target = target_of(field)
        if target is None:
            raise ValueError(f"there is no field {field!r}")
        compiled = compiled_rule(rule, field, target, tables)
        parent, _, child = field.partition(".")
        if child:
            nested.append((parent, child, compiled))
        else:
            top.append((field, compiled))
    return top, nested


def _appender(name: ListTarget, block: Block | LanguageBlock, tables: ValueTables) -> Appender:
    if isinstance(block, LanguageBlock):
        return compiled_languages(block, tables)
    return compiled_block(name, block, tables)


def _merged(ours: ValueTables, sources: ValueTables) -> ValueTables:
    return {
        name: {**_casefolded(ours.get(name, {})), **_casefolded(sources.get(name, {}))}
        for name in {*ours, *sources}
    }


def _casefolded(table: Mapping[str, str | None]) -> dict[str, str | None]:
    return {word.casefold(): code for word, code in table.items()}


def _tidy_lists(offer: dict[str, Any]) -> None:
    for name, keys in SAME_ITEM.items():
        items: Items = offer.get(name, [])
        # Nearly always the first key tells the items apart already.
        if len(items) > 1 and len({item.get(keys[0]) for item in items}) < len(items):
            told_apart: dict[tuple[Any, ...], dict[str, Any]] = {}
            for item in items:
                told_apart.setdefault(tuple(map(item.get, keys)), item)
            offer[name] = list(told_apart.values())
    for position, medium in enumerate(offer.get("media", ()), start=1):
        medium["position"] = position


def _settled(problems: Problems, offer: dict[str, Any]) -> Problems:
    """Each kind of problem once a field, and the words nobody translated kept in the offer."""
    settled: dict[tuple[str, str], Problem] = {}
    for found in problems:
        settled.setdefault((found.code, found.field), found)
        if found.code == "unknown_value":
            unmapped = offer.setdefault("extra", {}).setdefault("unmapped", {})
            unmapped.setdefault(found.field, found.raw)
    return list(settled.values())
