"""Changing a mapping: pure functions from one document to the next, for the pages on which people
connect a vendor's fields with ours. Each gives a valid document or raises EditRefused."""

from webapp.offers.mapping_edits.addresses import Address, parsed_address
from webapp.offers.mapping_edits.blocks import change_block, move_block, remove_block
from webapp.offers.mapping_edits.connecting import connect
from webapp.offers.mapping_edits.editing import EditRefused, set_ids
from webapp.offers.mapping_edits.rules import (
    add_rule,
    change_rule,
    confirm_all,
    confirm_rule,
    move_rule,
    remove_rule,
    rules_at,
    set_rule,
)

__all__ = [
    "Address",
    "EditRefused",
    "add_rule",
    "change_block",
    "change_rule",
    "confirm_all",
    "confirm_rule",
    "connect",
    "move_block",
    "move_rule",
    "parsed_address",
    "remove_block",
    "remove_rule",
    "rules_at",
    "set_ids",
    "set_rule",
]
