"""A mapping document compiled to one function from a vendor's record to an offer in the making;
canonical.py judges what it makes. Compiled once a worker, called for every offer."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.offers.blocks import Appender, Items, compiled_block, compiled_languages
from webapp.offers.conditions import any_condition_holds
from webapp.offers.identity import compiled_id
from webapp.offers.mapping_document import Block, LanguageBlock, MappingDocument
from webapp.offers.paths import JMESPathError
from webapp.offers.problems import Problem, problem
from webapp.offers.rules import compiled_rules
from webapp.offers.steps import Compiled, Notice, Problems, Scope, ValueTables
from webapp.offers.targets import ListTarget, target_of
from webapp.offers.transforms.areas import Converted

__all__ = ["Mapped", "MappingDocument", "RecordMapper", "compile_mapping"]


@dataclass(frozen=True, slots=True)
class Mapped:
    offer: dict[str, Any]
    problems: list[Problem]
    withdraws: bool = False
    """The record says that its offer is gone; nothing but the id is mapped then."""


RecordMapper = Callable[[dict[str, Any]], Mapped]

# A key that its delivery gave a record: the offer is gone, whatever the rules say.
WITHDRAWN = "#withdrawn"
# What a reader found wrong with one record: the arguments of its problems.
FLAWS = "#problems"

# How list items are told apart; a vendor's repetition is left out.
SAME_ITEM: dict[ListTarget, tuple[str, ...]] = {
    "deals": ("deal", "period", "amount"),
    "texts": ("lang", "title", "short", "description"),
    "features": ("code", "label"),
    "media": ("url", "archive_path"),
}


def compile_mapping(
    document: MappingDocument,
    value_tables: Mapping[str, Mapping[str, str | None]] | None = None,
    notice: Notice | None = None,
) -> RecordMapper:
    """`value_tables` are the source's own rows, vendor's word to our code; they win over the
    document's rows of the same table. `notice` hears every word that is looked up in one."""
    scope = scope_of(document, value_tables or {}, notice)
    external_id = compiled_id(document.id)
    top, nested = _compiled_fields(document, scope)
    lists = [(name, _appender(name, block, scope)) for name, block in document.blocks()]

    withdraws = _withdrawal(document)
    in_order = any("order" in block.fields for block in document.media)

    def map_record(record: dict[str, Any]) -> Mapped:
        problems: Problems = []
        offer: dict[str, Any] = {"external_id": external_id(record)}
        if FLAWS in record:
            problems += [problem(**flaw) for flaw in record[FLAWS]]
        if WITHDRAWN in record or (withdraws is not None and withdraws(record, problems)):
            return Mapped(offer, problems, withdraws=True)
        for field, rule in top:
            value = rule(record, problems)
            if value is not None:
                offer[field] = value
        for parent, field, rule in nested:
            value = rule(record, problems)
            if value is not None:
                part = offer.setdefault(parent, {})
                if type(value) is Converted:
                    part.setdefault("raw", {})[field] = {"value": value.value, "unit": value.unit}
                    value = value.metres
                part[field] = value
        for name, append in lists:
            append(record, offer.setdefault(name, []), problems)
        _tidy_lists(offer, in_order=in_order)
        return Mapped(offer, _settled(problems, offer) if problems else problems)

    return map_record


def scope_of(
    document: MappingDocument, value_tables: ValueTables, notice: Notice | None = None
) -> Scope:
    return Scope(_merged(document.values, value_tables), document.zone, notice)


def _compiled_fields(document: MappingDocument, scope: Scope) -> tuple[list[Any], list[Any]]:
    top, nested = [], []
    for field, rules in document.fields.items():
        target = target_of(field)
        if target is None:
            raise ValueError(f"there is no field {field!r}")
        compiled = compiled_rules(rules, field, target, scope)
        parent, _, child = field.partition(".")
        if child:
            nested.append((parent, child, compiled))
        else:
            top.append((field, compiled))
    return top, nested


def _appender(name: ListTarget, block: Block | LanguageBlock, scope: Scope) -> Appender:
    if isinstance(block, LanguageBlock):
        return compiled_languages(block, scope)
    return compiled_block(name, block, scope)


def _withdrawal(document: MappingDocument) -> Compiled | None:
    if not document.withdrawn_when:
        return None
    holds = any_condition_holds(document.withdrawn_when)

    def withdraws(record: Any, problems: Problems) -> bool:
        try:
            return holds(record)
        except JMESPathError as error:
            problems.append(problem("rule_failed", "status", detail=error))
            return False

    return withdraws


def _merged(ours: ValueTables, sources: ValueTables) -> ValueTables:
    return {
        name: {**_casefolded(ours.get(name, {})), **_casefolded(sources.get(name, {}))}
        for name in {*ours, *sources}
    }


def _casefolded(table: Mapping[str, str | None]) -> dict[str, str | None]:
    return {word.casefold(): code for word, code in table.items()}


def _tidy_lists(offer: dict[str, Any], *, in_order: bool) -> None:
    """`in_order`: a rule may have given the media a place among themselves."""
    for name, keys in SAME_ITEM.items():
        items: Items = offer.get(name, [])
        # Nearly always the first key tells the items apart already.
        if len(items) > 1 and len({item.get(keys[0]) for item in items}) < len(items):
            told_apart: dict[tuple[Any, ...], dict[str, Any]] = {}
            for item in items:
                told_apart.setdefault(tuple(map(item.get, keys)), item)
            offer[name] = list(told_apart.values())
    media: Items = offer.get("media", [])
    if in_order:
        media.sort(key=lambda medium: medium.pop("order", math.inf))
    for position, medium in enumerate(media, start=1):
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
