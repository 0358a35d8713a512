"""What the editor beside the fields shows: a rule with what each of its steps makes of the chosen
record, a block of a list, or the ids."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from webapp.offers.mapping_document import Block, LanguageBlock, MappingDocument, Rule
from webapp.offers.mapping_edits import Address, EditRefused, parsed_address, rules_at
from webapp.offers.rule_trace import Trace, rule_trace
from webapp.offers.targets import ListTarget, Target
from webapp.offers.transforms.units import SQUARE_METRES
from webapp.offers.used_paths import ID
from webapp.views.labels.offers import type_word
from webapp.views.mapping.edits import block_of
from webapp.views.mapping.field_names import item_title, label
from webapp.views.mapping.offer_fields import RuleLine, rule_line
from webapp.views.mapping.rule_form import (
    RuleInputs,
    inputs_of,
    rule_of,
)

# More codes than a list can show at once are typed, with the list to help.
MOST_CODES = 60


@dataclass(frozen=True, slots=True)
class Editor:
    address: str
    kind: str
    """rule, block or ids."""
    title: str
    inputs: RuleInputs
    paths: list[str] = field(default_factory=list)
    """Known ones, to choose from."""
    error: str = ""
    # Of rules:
    target: Target | None = None
    target_name: str = ""
    rule: Rule | None = None
    alternatives: list[RuleLine] = field(default_factory=list)
    place: str = ""
    number: int = 0
    trace: Trace | None = None
    within: str = ""
    """What the paths of a block's rules start from."""
    is_language: bool = False
    # Of blocks:
    split: str = ""
    total: int = 0

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Of a field that holds codes or yes and no; empty where anything may be typed."""
        if self.target is None:
            return []
        if self.target.kind == "boolean":
            return [("true", str(_("Yes"))), ("false", str(_("No")))]
        if self.target.kind != "code" or len(self.target.codes) > MOST_CODES:
            return []
        return [(code, type_word(code)) for code in self.target.codes]

    @property
    def is_number(self) -> bool:
        kinds = ("number", "integer", "floor", "area", "coordinate")
        return self.target is not None and self.target.kind in kinds

    @property
    def units(self) -> list[str]:
        return list(SQUARE_METRES) if self.target and self.target.kind == "area" else []

    @property
    def has_values(self) -> bool:
        return self.target is not None and self.target.kind in ("code", "currency")

    @property
    def values_table(self) -> str:
        return self.inputs.values or self.target_name


def editor_at(
    document: MappingDocument,
    address: str,
    profile: Iterable[dict[str, Any]],
    record: dict[str, Any] | None,
    tables: dict[str, dict[str, str | None]],
) -> Editor:
    """:raise EditRefused: the address leads nowhere"""
    paths = [at["path"] for at in profile]
    if address == ID:
        return Editor(ID, "ids", str(_("Id")), RuleInputs(paths=list(document.id)), paths)
    if (block := block_of(address)) is not None:
        return _block_editor(document, address, *block, paths)
    at = parsed_address(address)
    rules = rules_at(document, at)
    rule = rules[at.rule] if at.rule < len(rules) else None
    title = label(at.target_name)
    if at.list is not None and at.block is not None:
        title = f"{item_title(at.list, at.block)}: {title}"
    editor = Editor(
        address=str(at),
        kind="rule",
        title=title,
        inputs=inputs_of(rule),
        paths=paths,
        target=at.target,
        target_name=at.target_name,
        rule=rule,
        alternatives=[rule_line(at.with_rule(n), one) for n, one in enumerate(rules)],
        place=at.place,
        number=at.rule,
        **_block_facts(document, at),
    )
    return traced(editor, document, record, tables)


def traced(
    editor: Editor,
    document: MappingDocument,
    record: dict[str, Any] | None,
    tables: dict[str, dict[str, str | None]],
) -> Editor:
    """With what the inputs make of the record, as far as they make sense."""
    if editor.kind != "rule" or record is None:
        return editor
    try:
        at = parsed_address(editor.address)
        rule = Rule.model_validate(rule_of(editor.inputs, at))
    except (EditRefused, ValueError):
        return editor
    return replace(editor, trace=rule_trace(document, tables, at, rule, record))


def _block_facts(document: MappingDocument, at: Address) -> dict[str, Any]:
    if at.list is None or at.block is None:
        return {}
    blocks = getattr(document, at.list)
    if at.block >= len(blocks):
        raise EditRefused("%(reason)s", reason=_("That part of the mapping is not there any more."))
    block = blocks[at.block]
    if isinstance(block, LanguageBlock):
        return {"is_language": True}
    return {"within": ", ".join(block.each)}


def _block_editor(
    document: MappingDocument, address: str, name: ListTarget, number: int, paths: list[str]
) -> Editor:
    blocks = getattr(document, name)
    if number >= len(blocks) or not isinstance(blocks[number], Block):
        raise EditRefused("%(reason)s", reason=_("That part of the mapping is not there any more."))
    block: Block = blocks[number]
    when = inputs_of(Rule(constant="-", when=block.when)).conditions if block.when else []
    return Editor(
        address=address,
        kind="block",
        title=item_title(name, number),
        inputs=RuleInputs(paths=list(block.each), conditions=when),
        paths=paths,
        split=(block.split or "").replace("\n", "\\n").replace("\t", "\\t"),
        number=number,
        total=len(blocks),
    )
