"""The rules of one field: reading them, changing them, a further one, their order, their end."""

from typing import Any

from webapp.offers.mapping_document import LanguageBlock, MappingDocument, Rule
from webapp.offers.mapping_edits.addresses import Address
from webapp.offers.mapping_edits.editing import EditRefused, Json, edited
from webapp.offers.targets import N_

MOST_RULES = 20


def rules_at(document: MappingDocument, address: Address) -> tuple[Rule, ...]:
    """All rules of the address's field; none where nothing fills it."""
    if address.list is None:
        found = document.fields.get(address.field, ())
    else:
        blocks = getattr(document, address.list)
        if address.block is None or address.block >= len(blocks):
            return ()
        block = blocks[address.block]
        if isinstance(block, LanguageBlock):
            path = block.by_language.get(address.field)
            return (Rule(path=path),) if path is not None else ()
        found = block.fields.get(address.field, ())
    return (found,) if isinstance(found, Rule) else tuple(found)


def change_rule(document: MappingDocument, address: Address, **parts: Any) -> MappingDocument:
    """The rule with these parts instead of its own; None takes a part away."""
    rules = data_at(document, address)
    changed = {**_existing(rules, address), **parts}
    return set_rule(document, address, {key: at for key, at in changed.items() if at is not None})


def set_rule(document: MappingDocument, address: Address, rule: Json) -> MappingDocument:
    """The rule in its place, or as a first or further one where there is none yet. Whoever sets
    it has looked at it: it is no proposal any more."""
    rules = data_at(document, address)
    rule = {key: part for key, part in rule.items() if key != "confidence"}
    if address.rule > len(rules) or address.rule >= MOST_RULES:
        raise _no_rule()
    return edited(
        document,
        lambda data: put(data, address, [*rules[: address.rule], rule, *rules[address.rule + 1 :]]),
    )


def add_rule(document: MappingDocument, address: Address, rule: Json) -> MappingDocument:
    """A further rule, for when those before give nothing; a constant always gives something, so
    it stays the last."""
    rules = data_at(document, address)
    last_is_certain = bool(rules) and "constant" in rules[-1] and "when" not in rules[-1]
    place = len(rules) - 1 if last_is_certain else len(rules)
    if len(rules) >= MOST_RULES:
        raise EditRefused(
            N_("More than %(most)s rules for one field are too many."), most=MOST_RULES
        )
    return edited(document, lambda data: put(data, address, [*rules[:place], rule, *rules[place:]]))


def move_rule(document: MappingDocument, address: Address, by: int) -> MappingDocument:
    rules = data_at(document, address)
    rule = _existing(rules, address)
    rest = [*rules[: address.rule], *rules[address.rule + 1 :]]
    place = min(max(address.rule + by, 0), len(rest))
    return edited(document, lambda data: put(data, address, [*rest[:place], rule, *rest[place:]]))


def remove_rule(document: MappingDocument, address: Address) -> MappingDocument:
    """A block that has no rule left goes with its last one."""
    rules = data_at(document, address)
    _existing(rules, address)
    return edited(
        document,
        lambda data: put(data, address, [*rules[: address.rule], *rules[address.rule + 1 :]]),
    )


def confirm_rule(document: MappingDocument, address: Address) -> MappingDocument:
    """What was proposed is right."""
    return change_rule(document, address, confidence=None)


def confirm_all(document: MappingDocument) -> MappingDocument:
    def change(data: Json) -> None:
        holders = [data.get("fields", {})]
        for name in ("deals", "texts", "features", "media"):
            holders += [block["fields"] for block in data.get(name, []) if "fields" in block]
        for holder in holders:
            for rules in holder.values():
                for rule in rules if isinstance(rules, list) else [rules]:
                    rule.pop("confidence", None)

    return edited(document, change)


def data_at(document: MappingDocument, address: Address) -> list[Json]:
    return [
        rule.model_dump(mode="json", by_alias=True, exclude_unset=True)
        for rule in rules_at(document, address)
    ]


def put(data: Json, address: Address, rules: list[Json]) -> None:
    """:raise EditRefused: no such block, or more than a path for texts named by language"""
    if address.list is None:
        _put_in(data.setdefault("fields", {}), address.field, rules)
        return
    blocks = data.setdefault(address.list, [])
    if address.block is None:
        blocks.append({"fields": {address.field: _one_or_several(rules)}})
        return
    if address.block >= len(blocks):
        raise EditRefused(N_("That part of the mapping is not there any more."))
    block = blocks[address.block]
    if "by_language" in block:
        _put_path(block["by_language"], address.field, rules)
        holder = block["by_language"]
    else:
        holder = block["fields"]
        _put_in(holder, address.field, rules)
    if not holder:
        del blocks[address.block]


def _put_in(holder: Json, field: str, rules: list[Json]) -> None:
    if rules:
        holder[field] = _one_or_several(rules)
    else:
        holder.pop(field, None)


def _put_path(paths: Json, field: str, rules: list[Json]) -> None:
    if not rules:
        paths.pop(field, None)
        return
    if len(rules) > 1 or rules[0].keys() != {"path"}:
        raise EditRefused(
            N_(
                "These texts stand under the names of their languages: such a rule has one path "
                "and nothing else."
            )
        )
    paths[field] = rules[0]["path"]


def _one_or_several(rules: list[Json]) -> Any:
    return rules[0] if len(rules) == 1 else rules


def _existing(rules: list[Json], address: Address) -> Json:
    if address.rule >= len(rules):
        raise _no_rule()
    return rules[address.rule]


def _no_rule() -> EditRefused:
    return EditRefused(N_("That rule is not there any more."))
