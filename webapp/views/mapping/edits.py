"""What somebody sent from the studio, as the next document; pure but for the form."""

import re
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.offers.mapping_edits import (
    Address,
    EditRefused,
    change_block,
    confirm_rule,
    connect,
    move_block,
    move_rule,
    parsed_address,
    remove_block,
    remove_rule,
    rules_at,
    set_ids,
    set_rule,
)
from webapp.offers.targets import N_, ListTarget
from webapp.offers.used_paths import ID
from webapp.views.mapping.field_names import LISTS
from webapp.views.mapping.rule_form import RuleInputs, conditions_of, rule_of, sent_inputs

BLOCK = re.compile(r"(deals|texts|features|media)\.([0-9]{1,3})")
# A transform, path or condition of the form, by its number.
NUMBERED = re.compile(r"(up|down|drop|drop_path|drop_when):([0-9]{1,3})")

Sent = MultiDict[str, str]
Records = list[dict[str, Any]]


def block_of(address: str) -> tuple[ListTarget, int] | None:
    found = BLOCK.fullmatch(address)
    return (LISTS[found[1]], int(found[2])) if found else None


def connected(document: MappingDocument, sent: Sent, records: Records) -> MappingDocument:
    """:raise EditRefused: no path was chosen, or it can't fill the field"""
    path = sent.get("path", "").strip()
    if not path:
        raise EditRefused(N_("Choose a field of the record first."))
    field, _colon, how = (sent.get("field") or sent.get("to", "")).partition("|")
    if not field:
        raise EditRefused(N_("Press “Connect” beside the field of the offer that it belongs to."))
    if field == "extra.":
        field += extra_name(sent.get("name", "") or path.rpartition(".")[2])
    if field == ID:
        others = document.id if how == "also" else ()
        return set_ids(document, [*others, path])
    address = parsed_address(field)
    return connect(document, address, path, records, "also" if how == "also" else "instead")


def changed(document: MappingDocument, address: str, sent: Sent) -> MappingDocument:
    """What the editor of a rule, of a block or of the ids sent.

    :raise EditRefused: it makes no sense
    """
    do = sent.get("do", "apply")
    if address == ID:
        return set_ids(document, _kept(sent.getlist("path"), do))
    if (block := block_of(address)) is not None:
        return _changed_block(document, *block, sent, do)
    at = parsed_address(address)
    if do == "remove":
        return remove_rule(document, at)
    if do == "confirm":
        return confirm_rule(document, at)
    if do in ("earlier", "later"):
        return move_rule(document, at, -1 if do == "earlier" else 1)
    made = set_rule(document, at, rule_of(arranged(sent_inputs(sent), do), at))
    # A proposal that nobody has changed is still one, until it is confirmed.
    return document if _same_but_confidence(document, made, at) and do == "apply" else made


def arranged(inputs: RuleInputs, do: str) -> RuleInputs:
    """After a button that moves or drops one of the form's parts."""
    pressed = NUMBERED.fullmatch(do)
    if pressed is None:
        return inputs
    what, number = pressed[1], int(pressed[2])
    if what == "drop_path":
        return replace(inputs, paths=_without(inputs.paths, number))
    if what == "drop_when":
        return replace(inputs, conditions=_without(inputs.conditions, number))
    if what == "drop":
        return replace(inputs, steps=_without(inputs.steps, number))
    steps = list(inputs.steps)
    place = number + (-1 if what == "up" else 1)
    if number < len(steps) and 0 <= place < len(steps):
        steps[number], steps[place] = steps[place], steps[number]
    return replace(inputs, steps=steps)


def extra_name(text: str) -> str:
    """`Price (EUR)` → price_eur"""
    words = re.findall(r"[^\W_]+", text.casefold())
    return "_".join(words)[:60] or "field"


def _changed_block(
    document: MappingDocument, name: ListTarget, number: int, sent: Sent, do: str
) -> MappingDocument:
    if do == "remove":
        return remove_block(document, name, number)
    if do in ("earlier", "later"):
        return move_block(document, name, number, -1 if do == "earlier" else 1)
    inputs = arranged(sent_inputs(sent), do)
    split = sent.get("split", "")[:5]
    return change_block(
        document,
        name,
        number,
        each=inputs.paths,
        split=_unescaped(split) or None,
        when=conditions_of(inputs),
    )


def _kept(paths: list[str], do: str) -> list[str]:
    pressed = NUMBERED.fullmatch(do)
    filled = [path for path in paths if path.strip()]
    return _without(filled, int(pressed[2])) if pressed else filled


def _without(items: list[Any], number: int) -> list[Any]:
    return [*items[:number], *items[number + 1 :]]


def _unescaped(separator: str) -> str:
    return separator.replace("\\n", "\n").replace("\\t", "\t")


def _same_but_confidence(
    document: MappingDocument, made: MappingDocument, address: Address
) -> bool:
    rules = rules_at(document, address)
    if address.rule >= len(rules) or rules[address.rule].confidence is None:
        return as_data(document) == as_data(made)
    return as_data(confirm_rule(document, address)) == as_data(made)
