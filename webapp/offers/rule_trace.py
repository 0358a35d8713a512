"""One rule at work on one record, step by step: what its paths find, what each transform makes of
it, and what comes out."""

from dataclasses import dataclass
from typing import Any

from webapp.offers.blocks import compiled_nodes
from webapp.offers.conditions import conditions_hold
from webapp.offers.mapping import scope_of
from webapp.offers.mapping_document import Block, MappingDocument, Rule
from webapp.offers.mapping_edits.addresses import Address
from webapp.offers.mapping_preview import shown_value
from webapp.offers.paths import JMESPathError
from webapp.offers.problems import problem
from webapp.offers.rules import compiled_rules, origin_of
from webapp.offers.steps import Problems, ValueTables, own_steps
from webapp.offers.transforms import BadValue


@dataclass(frozen=True, slots=True)
class Traced:
    value: Any
    complaint: str = ""
    """Why there is no value, or another one than was meant."""


@dataclass(frozen=True, slots=True)
class Trace:
    applies: bool
    """Its conditions hold."""
    found: Any
    """What stands at its paths; None for a constant."""
    steps: list[Traced]
    """After each of its own transforms."""
    result: Traced


NOTHING = Trace(applies=True, found=None, steps=[], result=Traced(None))


def rule_trace(
    document: MappingDocument,
    tables: ValueTables,
    address: Address,
    rule: Rule,
    record: dict[str, Any],
) -> Trace:
    """The rule need not be one of the document's; of a block it works on the first element."""
    scope = scope_of(document, tables)
    try:
        node = _node(document, address, record)
        if node is None:
            return NOTHING
        applies = rule.when is None or conditions_hold(rule.when)(node)
        found = origin_of(rule)(node) if rule.all_paths else None
    except JMESPathError as error:
        complaint = problem("rule_failed", address.target_name, detail=error).message
        return Trace(True, None, [], Traced(None, complaint))
    steps: list[Traced] = []
    value = found
    for step in own_steps(rule, scope) if found is not None else ():
        complaint = ""
        if value is not None:
            try:
                value = step(value)
            except BadValue as bad:
                complaint = problem(bad.code, address.target_name, value, **bad.details).message
                value = bad.kept
        steps.append(Traced(shown_value(value), complaint))
    problems: Problems = []
    result = compiled_rules(rule, address.target_name, address.target, scope)(node, problems)
    words = problems[-1].message if problems else ""
    return Trace(applies, found, steps, Traced(shown_value(result), words))


def _node(document: MappingDocument, address: Address, record: dict[str, Any]) -> Any:
    """What the rule's paths start from; None where the block has no element in this record."""
    if address.list is None or address.block is None:
        return record
    blocks = getattr(document, address.list)
    block = blocks[address.block] if address.block < len(blocks) else None
    if not isinstance(block, Block):
        return record
    return next(iter(compiled_nodes(block)(record)), None)
