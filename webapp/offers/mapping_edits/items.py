"""Items of lists (prices, texts, features, pictures) that a path is connected to: in the block
that is there and fits, or in a new one with what such an item needs besides."""

from typing import Any

from webapp.offers.iso_codes import LANGUAGES
from webapp.offers.mapping_document import Block, LanguageBlock, MappingDocument
from webapp.offers.mapping_edits.addresses import Address
from webapp.offers.mapping_edits.editing import EditRefused, Json
from webapp.offers.mapping_edits.path_keys import (
    Records,
    keys_of,
    path_within,
    repeated_part,
    separator_of_addresses,
    separator_of_words,
    words_at,
)
from webapp.offers.paths import SELF
from webapp.offers.proposals.profile import Keys, path_of
from webapp.offers.proposals.rule_parts import YES
from webapp.offers.targets import N_, ListTarget
from webapp.offers.transforms.currencies import currency_in
from webapp.offers.transforms.words import NO, folded

# What is taken for granted until somebody says otherwise; the page asks to check it.
ASSUMED = 0.5
# Nothing has an area or a price of zero.
ZERO_IS_UNKNOWN: Json = {"name": "zero_is_unknown"}
# A record has one of these, unless it repeats them; of the others each path makes items.
OF_THE_RECORD: tuple[ListTarget, ...] = ("deals", "texts")


def first_rule(address: Address, path: str) -> Json:
    """With the transforms that nearly every such field needs."""
    rule: Json = {"path": path}
    if address.target.kind == "area" or address.target_name == "year_built":
        rule["transforms"] = [ZERO_IS_UNKNOWN]
    if address.target_name == "deals.amount":
        rule["transforms"] = [ZERO_IS_UNKNOWN, {"name": "price"}]
    return rule


def path_in_block(document: MappingDocument, address: Address, path: str) -> str:
    """As the rules of the block see the path: from its own elements on.

    :raise EditRefused: the path lies elsewhere
    """
    blocks = getattr(document, address.list or "")
    if address.block is None or address.block >= len(blocks):
        raise EditRefused(N_("That part of the mapping is not there any more."))
    block: Block | LanguageBlock = blocks[address.block]
    if isinstance(block, LanguageBlock):
        return _parent_of_language(keys_of(path)) or path
    if not block.each:
        return path
    keys = keys_of(path)
    for each in block.each:
        part = keys_of(each)
        if keys is not None and part is not None:
            within = path_within(keys, part)
            if within is not None:
                return within
    raise EditRefused(
        N_("“%(path)s” is not within “%(each)s”, of which these are made."),
        path=path,
        each=block.each[0],
    )


def add_item(data: Json, address: Address, path: str, records: Records) -> None:
    """Puts the path into the list's first block that fits and lacks the field, or a new block."""
    assert address.list is not None
    blocks: list[Json] = data.setdefault(address.list, [])
    keys = keys_of(path)
    if address.list == "texts" and (parent := _parent_of_language(keys)):
        _add_language_text(blocks, address.field, parent)
        return
    part = repeated_part(keys, records) if keys else ()
    if address.list not in OF_THE_RECORD and not part:
        blocks.append(_of_one_cell(address, path, keys, words_at(path, records)))
        return
    within = path_within(keys, part) if keys and part else path
    for block in blocks:
        if _fits(block, address.field, part):
            block["fields"][address.field] = first_rule(address, within or path)
            return
    made: Json = {"each": [path_of(part)]} if part else {}
    blocks.append(made | {"fields": _fields_of_new(address, within or path, path, records)})


def _fields_of_new(address: Address, within: str, path: str, records: Records) -> Json:
    fields: Json = {address.field: first_rule(address, within)}
    if address.list == "deals":
        if address.field != "deal":
            fields["deal"] = {"constant": "sale", "confidence": ASSUMED}
        if address.field == "amount":
            fields["on_request"] = {"path": within, "transforms": [{"name": "on_request"}]}
            if any(currency_in(word) for word in words_at(path, records)):
                fields["currency"] = {"path": within, "transforms": [{"name": "currency_in"}]}
    return fields


def _of_one_cell(address: Address, path: str, keys: Keys | None, words: list[str]) -> Json:
    """One item of a cell, several of a cell that lists them, or a feature of a yes."""
    answers = {folded(word) for word in words}
    if address.target_name == "features.label" and keys and answers and answers <= set(YES) | NO:
        yes = [word for word in YES if word in answers] or list(YES)
        name = keys[-1].lstrip("@").replace("_", " ")
        return {
            "when": {"path": path, "in": list(dict.fromkeys(yes))},
            "fields": {"label": {"constant": name[:1].upper() + name[1:]}},
        }
    block: Json = {"each": [path], "fields": {address.field: {"path": SELF}}}
    separator = (
        separator_of_addresses(words) if address.list == "media" else separator_of_words(words)
    )
    return {**block, "split": separator} if separator else block


def _add_language_text(blocks: list[Json], field: str, parent: str) -> None:
    for block in blocks:
        if "by_language" in block and field not in block["by_language"]:
            block["by_language"][field] = parent
            return
    blocks.append({"by_language": {field: parent}})


def _parent_of_language(keys: Keys | None) -> str | None:
    """`desc` of `desc.en`."""
    if keys and len(keys) > 1 and keys[-1].casefold() in LANGUAGES:
        return path_of(keys[:-1])
    return None


def _fits(block: Json, field: str, part: Keys) -> bool:
    if "by_language" in block or "when" in block or "split" in block or field in block["fields"]:
        return False
    each: list[Any] = block.get("each", [])
    return [keys_of(path) for path in each] == [part] if part else not each
