"""The words that a mapping translates: which tables it has, which words of a record are looked up
in them, and what each means. People decide about them on the values page."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from webapp.offers.iso_codes import CURRENCIES, LANGUAGES
from webapp.offers.mapping import compile_mapping
from webapp.offers.mapping_document import Block, LanguageBlock, MappingDocument, Rules, rules_in
from webapp.offers.steps import Scope, ValueTables, compiled_lookup
from webapp.offers.targets import LIST_TARGETS, Target, target_of
from webapp.offers.transforms import BadValue
from webapp.offers.transforms.currencies import currency
from webapp.offers.transforms.units import SQUARE_METRES
from webapp.offers.transforms.words import folded

Words = list[tuple[str, str]]
"""Table and word, each once."""
Origin = Literal["decision", "mapping", "itself", "unknown"]
YES_AND_NO = ("true", "false")


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A table of words and the fields that its rules fill."""

    table: str
    fields: tuple[str, ...]
    codes: Collection[str]
    """What a word may mean; empty where it may be any text or number."""
    complains: bool
    """Whether an offer with an unknown word has a problem; features keep the word as it is."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """`code` is None for a word that means nothing, or that nobody knows."""

    code: str | None
    origin: Origin


UNKNOWN = Meaning(None, "unknown")


def enumerations(document: MappingDocument) -> list[Enumeration]:
    """In the order of the document; a table of several rules stands there once."""
    found: dict[str, Enumeration] = {}
    for field, table, complains in _lookups(document):
        before = found.get(table, Enumeration(table, (), (), False))
        found[table] = Enumeration(
            table,
            tuple(dict.fromkeys([*before.fields, field])),
            tuple(dict.fromkeys([*before.codes, *codes_of(field)])),
            before.complains or complains,
        )
    return list(found.values())


def codes_of(field: str) -> Collection[str]:
    """What a word for the field may mean; empty where it may be any text or number."""
    target = target_of(field)
    if target is None:
        return ()
    if field == "texts.lang":
        return sorted(LANGUAGES)
    if target.kind == "code":
        # Sets of codes have no order of their own.
        return sorted(target.codes) if isinstance(target.codes, frozenset) else target.codes
    if target.kind == "currency":
        return sorted(CURRENCIES)
    if target.kind == "area":
        return tuple(SQUARE_METRES)
    return YES_AND_NO if target.kind == "boolean" else ()


def collected_words(
    document: MappingDocument, decisions: ValueTables | None = None
) -> Callable[[dict[str, Any]], Words]:
    """The closure gives the words of a record that its rules look up, as they look them up: after
    the transforms before it, under their conditions, and until one of several gives a value."""
    found: dict[tuple[str, str], None] = {}

    def heard(table: str, word: str) -> None:
        found[table, word] = None

    map_record = compile_mapping(_only_lookups(document), decisions, heard)

    def words(record: dict[str, Any]) -> Words:
        found.clear()
        map_record(record)
        return list(found)

    return words


def compiled_meanings(
    document: MappingDocument, decisions: ValueTables
) -> Callable[[str, str], Meaning]:
    """The closure tells of a table and a word what it means, and who says so."""
    decided = {name: _folded(table) for name, table in decisions.items()}
    mapped = {name: _folded(table) for name, table in document.values.items()}
    known = {at.table: [_by_itself(field) for field in at.fields] for at in enumerations(document)}

    def meaning(table: str, raw: str) -> Meaning:
        word = folded(raw)
        if word in decided.get(table, {}):
            return Meaning(decided[table][word], "decision")
        if word in mapped.get(table, {}):
            return Meaning(mapped[table][word], "mapping")
        codes = (code_of(raw) for code_of in known.get(table, ()))
        code = next(filter(None, codes), None)
        return UNKNOWN if code is None else Meaning(code, "itself")

    return meaning


def _by_itself(field: str) -> Callable[[str], str | None]:
    """What everybody knows, without any table: our own codes, names of countries, currencies."""
    target = target_of(field)
    if target is None or target.kind not in ("code", "currency"):
        return lambda raw: None
    look_up = (
        currency
        if target.kind == "currency"
        else compiled_lookup(None, field, target, Scope({}, "UTC"))
    )

    def known(raw: str) -> str | None:
        try:
            code: str | None = look_up(raw)
        except BadValue:
            return None
        return code

    return known


def _folded(table: Mapping[str, str | None]) -> dict[str, str | None]:
    return {folded(word): code for word, code in table.items()}


def _lookups(document: MappingDocument) -> Iterator[tuple[str, str, bool]]:
    """Field, table and whether the rule complains of unknown words."""
    for field, rules in document.fields.items():
        yield from _lookups_of(field, rules, target_of(field))
    for name, block in document.blocks():
        if isinstance(block, LanguageBlock):
            yield "texts.lang", block.values or "texts.lang", True
            continue
        for key, rules in block.fields.items():
            yield from _lookups_of(f"{name}.{key}", rules, LIST_TARGETS[name][key])


def _lookups_of(field: str, rules: Rules, target: Target | None) -> Iterator[tuple[str, str, bool]]:
    for rule in rules_in(rules):
        if target is None or rule.constant is not None or target.kind in ("any", "text_list"):
            continue
        if rule.values is not None and target.kind == "area" and rule.unit is None:
            continue
        if rule.values is not None or target.kind in ("code", "currency"):
            yield field, rule.values or field, rule.unknown == "warn"


def _only_lookups(document: MappingDocument) -> MappingDocument:
    """Without what looks nothing up."""

    def looks_up(field: str, rules: Rules) -> bool:
        return any(True for _ in _lookups_of(field, rules, target_of(field)))

    blocks: dict[str, Any] = {"deals": [], "texts": [], "features": [], "media": []}
    for name, block in document.blocks():
        if isinstance(block, Block):
            fields = {
                key: rules
                for key, rules in block.fields.items()
                if looks_up(f"{name}.{key}", rules)
            }
            if not fields:
                continue
            block = block.model_copy(update={"fields": fields})
        blocks[name].append(block)
    fields = {field: rules for field, rules in document.fields.items() if looks_up(field, rules)}
    return document.model_copy(update={"fields": fields, **blocks})
