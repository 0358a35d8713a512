"""A field of the record fills a field of the offer: the rule that makes sense of the two."""

from typing import Literal

from webapp.offers.mapping_document import MappingDocument
from webapp.offers.mapping_edits.addresses import Address
from webapp.offers.mapping_edits.editing import Json, edited, without_repeats
from webapp.offers.mapping_edits.items import add_item, first_rule, path_in_block
from webapp.offers.mapping_edits.path_keys import Records
from webapp.offers.mapping_edits.rules import add_rule, change_rule, data_at, set_rule

How = Literal["instead", "also"]


def connect(
    document: MappingDocument,
    address: Address,
    path: str,
    records: Records = (),
    how: How = "instead",
) -> MappingDocument:
    """`also` keeps the paths that are there and asks this one where they hold nothing (or, in
    fields of many values, as well). What else a rule says stays: its value table, its default.

    :raise EditRefused: the path cannot fill the field
    """
    path = path.strip()
    if address.list is not None:
        if address.block is None:
            return edited(document, lambda data: add_item(data, address, path, records))
        path = path_in_block(document, address, path)
    rules = data_at(document, address)
    if address.rule >= len(rules):
        return set_rule(document, address, first_rule(address, path))
    rule = rules[address.rule]
    if how == "also" or address.target.kind == "text_list":
        if "constant" in rule:
            return add_rule(document, address, first_rule(address, path))
        paths = without_repeats([*_paths_of(rule), path])
        return change_rule(document, address, path=None, paths=paths)
    return change_rule(document, address, path=path, paths=None, join=None, constant=None)


def _paths_of(rule: Json) -> list[str]:
    return [rule["path"]] if "path" in rule else list(rule["paths"])
