"""What a mapping makes of one record, for the page on which it is edited: the offer, and beside
it each field's own value, as people look for the rule that gave it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from webapp.offers.blocks import compiled_nodes
from webapp.offers.canonical import canonical_offer
from webapp.offers.mapping import RecordMapper, compile_mapping, scope_of
from webapp.offers.mapping_document import Block, MappingDocument
from webapp.offers.paths import JMESPathError, value_at
from webapp.offers.problems import Problem
from webapp.offers.rules import compiled_rules
from webapp.offers.steps import Compiled, Problems, Scope, ValueTables
from webapp.offers.targets import LIST_TARGETS, target_of
from webapp.offers.transforms import RichText
from webapp.offers.transforms.areas import Converted

MOST_COMPILED = 32

Value = Any
Cell = Callable[[dict[str, Any]], Value]


@dataclass(frozen=True, slots=True)
class Preview:
    offer: dict[str, Any] | None
    """None when the record gives none: it has no id, or withdraws its offer."""
    problems: list[Problem]
    values: dict[str, Value] = field(default_factory=dict)
    """By the place of the field's rules; of a list's block what its first element gives."""
    withdraws: bool = False


class MappingPreview:
    """Compiled once, for any number of records."""

    def __init__(self, document: MappingDocument, tables: ValueTables) -> None:
        self._map: RecordMapper = compile_mapping(document, tables)
        self._cells = _cells(document, scope_of(document, tables))

    def of(self, record: dict[str, Any]) -> Preview:
        mapped = self._map(record)
        values = {place: cell(record) for place, cell in self._cells.items()}
        if mapped.withdraws:
            return Preview(None, mapped.problems, values, withdraws=True)
        offer, problems = canonical_offer(mapped.offer)
        return Preview(offer, [*mapped.problems, *problems], values)


def preview_of(document: dict[str, Any], tables: Mapping[str, Any]) -> MappingPreview:
    """`document` is the stored form. Every step of a draft is compiled once a process."""
    return _compiled(orjson.dumps(document), orjson.dumps(tables))


@lru_cache(maxsize=MOST_COMPILED)
def _compiled(document: bytes, tables: bytes) -> MappingPreview:
    return MappingPreview(
        MappingDocument.model_validate(orjson.loads(document)), orjson.loads(tables)
    )


def _cells(document: MappingDocument, scope: Scope) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for name, rules in document.fields.items():
        target = target_of(name)
        if target is not None:
            cells[name] = _cell(compiled_rules(rules, name, target, scope))
    numbers: dict[str, int] = {}
    for list_name, block in document.blocks():
        number = numbers[list_name] = numbers.get(list_name, -1) + 1
        if isinstance(block, Block):
            nodes = compiled_nodes(block)
            for name, rules in block.fields.items():
                target = LIST_TARGETS[list_name][name]
                compiled = compiled_rules(rules, f"{list_name}.{name}", target, scope)
                cells[f"{list_name}.{number}.{name}"] = _cell(compiled, nodes)
        else:
            for name, path in block.by_language.items():
                cells[f"{list_name}.{number}.{name}"] = value_at(path)
    return cells


def _cell(compiled: Compiled, nodes: Callable[[Any], list[Any]] | None = None) -> Cell:
    def value(record: dict[str, Any]) -> Value:
        problems: Problems = []
        try:
            found = [record] if nodes is None else nodes(record)
        except JMESPathError:
            return None
        for node in found[:1]:
            return shown_value(compiled(node, problems))
        return None

    return value


def shown_value(value: Any) -> Any:
    if isinstance(value, RichText):
        return value.plain
    if isinstance(value, Converted):
        return value.metres
    return value
