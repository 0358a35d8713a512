"""List fields of the offer (deals, texts, features, media) compiled from a mapping's blocks: one
closure a block, which appends its items."""

from collections.abc import Callable
from typing import Any

from webapp.offers.conditions import conditions_hold
from webapp.offers.mapping_document import Block, LanguageBlock
from webapp.offers.media_kinds import kind_of_address
from webapp.offers.paths import SELF, JMESPathError, Many, elements_at, value_at
from webapp.offers.problems import problem
from webapp.offers.rules import compiled_rules
from webapp.offers.steps import (
    Compiled,
    Problems,
    Scope,
    compiled_lookup,
    compiled_steps,
    last_steps,
)
from webapp.offers.targets import ITEM_KEYS, LIST_TARGETS, ListTarget
from webapp.offers.transforms import RichText

Item = dict[str, Any]
Items = list[Item]
Appender = Callable[[Any, Items, Problems], None]

MOST_REMEMBERED = 4_096

UNDETERMINED = "und"
"""The BCP 47 code of a text whose language nobody said."""


def compiled_block(name: ListTarget, block: Block, scope: Scope) -> Appender:
    fields = LIST_TARGETS[name]
    filled: list[tuple[str, Compiled]] = [
        (field, compiled_rules(rules, f"{name}.{field}", fields[field], scope))
        for field, rules in block.fields.items()
    ]
    nodes_in = compiled_nodes(block)
    needed = ITEM_KEYS[name]
    finished = FINISHED.get(name, _as_it_is)
    # The offers of a source share their features, and each stands in thousands of them.
    remembers = name == "features" and scope.notice is None
    remembered: dict[str, Item] | None = {} if remembers else None

    def append(record: Any, items: Items, problems: Problems) -> None:
        try:
            nodes = nodes_in(record)
        except JMESPathError as error:
            problems.append(problem("rule_failed", name, detail=error))
            return
        for node in nodes:
            if remembered is not None and type(node) is str:
                known = remembered.get(node)
                if known is not None:
                    items.append(known.copy())
                    continue
            found_before = len(problems)
            item: Item = {}
            for field, rule in filled:
                value = rule(node, problems)
                if value is not None:
                    item[field] = value
            if not item.keys().isdisjoint(needed):
                items.append(finished(item))
                if remembered is not None and type(node) is str and len(problems) == found_before:
                    if len(remembered) == MOST_REMEMBERED:
                        remembered.clear()
                    remembered[node] = item.copy()

    return append


def compiled_nodes(block: Block) -> Many:
    """What items are made of; nothing where the block does not apply. May raise JMESPathError."""
    elements = [elements_at(path) for path in block.each]
    holds = conditions_hold(block.when) if block.when else None
    separator = block.split

    def nodes(record: Any) -> list[Any]:
        if holds is not None and not holds(record):
            return []
        found = _first_found(elements, record) if elements else [record]
        return found if separator is None else _pieces(found, separator)

    return nodes


def compiled_languages(block: LanguageBlock, scope: Scope) -> Appender:
    """Children named by language become one text a language, whatever fields speak it."""
    targets = LIST_TARGETS["texts"]
    tag = compiled_lookup(block.values, "texts.lang", targets["lang"], scope)
    language = compiled_steps((tag,), "texts.lang")
    fields = [
        (
            field,
            elements_at(path),
            compiled_steps(last_steps(targets[field], scope), f"texts.{field}"),
        )
        for field, path in block.by_language.items()
    ]
    first = value_at(SELF)

    def append(record: Any, items: Items, problems: Problems) -> None:
        texts: dict[str, dict[str, Any]] = {}
        for field, parents, run in fields:
            for parent in parents(record):
                children = parent if type(parent) is dict else {"#text": parent}
                for key, node in children.items():
                    raw = None if key.startswith("@") else first(node)
                    value = None if raw is None else run(raw, problems)
                    if value is not None:
                        texts.setdefault(key, {}).setdefault(field, value)
        for key, item in texts.items():
            if key != "#text":
                item["lang"] = language(key, problems) or UNDETERMINED
            items.append(_text_item(item))

    return append


def _as_it_is(item: Item) -> Item:
    return item


def _first_found(elements: list[Many], record: Any) -> list[Any]:
    for element in elements:
        nodes = element(record)
        if nodes:
            return nodes
    return []


def _pieces(nodes: list[Any], separator: str) -> list[Any]:
    first = value_at(SELF)
    found: list[Any] = []
    for node in nodes:
        text = first(node)
        pieces = text.split(separator) if isinstance(text, str) else [node]
        found += [piece.strip() if isinstance(piece, str) else piece for piece in pieces]
    return [piece for piece in found if piece != ""]


def _text_item(item: Item) -> Item:
    item.setdefault("lang", UNDETERMINED)
    description = item.get("description")
    if isinstance(description, RichText):
        item["description"], item["plain"] = description
    return item


def _medium(item: Item) -> Item:
    if "kind" not in item:
        item["kind"] = kind_of_address(item.get("url") or item["archive_path"])
    return item


# What an item of the list still needs once its rules have been followed.
FINISHED: dict[ListTarget, Callable[[Item], Item]] = {"texts": _text_item, "media": _medium}
