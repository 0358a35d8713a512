"""What one version of a mapping does otherwise than another: part by part, each as one line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from webapp.offers.mapping_document import (
    Block,
    Condition,
    Conditions,
    LanguageBlock,
    MappingDocument,
    Rule,
    Rules,
    Step,
    conditions_in,
    rules_in,
)

Kind = Literal["added", "changed", "removed"]
# Which parts of the document are told apart as wholes, with the fields beside them.
WHOLES = (
    "reading",
    "id",
    "zone",
    "semantics",
    "semantics_at",
    "partial",
    "header",
    "withdrawn_when",
    "skip_when",
)


@dataclass(frozen=True, slots=True)
class MappingChange:
    kind: Kind
    part: str
    """A field such as `location.city`, a field of a list such as `deals.amount`, a part of the
    document such as `reading`, or `values.` and the name of a table."""
    before: str
    after: str


def mapping_changes(before: MappingDocument, after: MappingDocument) -> list[MappingChange]:
    """In the order of the later document, what is gone last."""
    old, new = dict(_lines(before)), dict(_lines(after))
    found = [
        MappingChange("changed" if part in old else "added", part, old.get(part, ""), line)
        for part, line in new.items()
        if old.get(part) != line
    ]
    return found + [
        MappingChange("removed", part, line, "") for part, line in old.items() if part not in new
    ]


def rules_line(rules: Rules) -> str:
    """A field's rules as one line: `town, city › trim · default Lirio`."""
    return " | ".join(_rule_line(rule) for rule in rules_in(rules))


def _lines(document: MappingDocument) -> Iterator[tuple[str, str]]:
    for part in WHOLES:
        value = getattr(document, part)
        if value and value != MappingDocument.model_fields[part].default:
            yield part, _plain(value)
    for field, rules in document.fields.items():
        yield field, rules_line(rules)
    seen: dict[str, list[str]] = {}
    for name, block in document.blocks():
        for field, line in _block_lines(block):
            seen.setdefault(f"{name}.{field}", []).append(line)
    for part, lines in seen.items():
        yield part, " | ".join(lines)
    for table, words in document.values.items():
        pairs = (f"{word} = {code or '–'}" for word, code in sorted(words.items()))
        yield f"values.{table}", ", ".join(pairs)


def _block_lines(block: Block | LanguageBlock) -> Iterator[tuple[str, str]]:
    if isinstance(block, LanguageBlock):
        yield from block.by_language.items()
        return
    where = "".join(f"{path}: " for path in [", ".join(block.each)] if path)
    when = f" · {_conditions(block.when)}" if block.when is not None else ""
    for field, rules in block.fields.items():
        yield field, f"{where}{rules_line(rules)}{when}"


def _rule_line(rule: Rule) -> str:
    if rule.constant is not None:
        origin = f"“{rule.constant}”"
    else:
        origin = (f" {rule.join} " if rule.join else ", ").join(rule.all_paths)
    line = " › ".join([origin, *map(_step, rule.transforms)])
    if rule.values is not None:
        line += f" · values {rule.values}"
    if rule.unit is not None or rule.unit_default is not None:
        line += f" · unit {rule.unit or rule.unit_default}"
    if rule.when is not None:
        line += f" · {_conditions(rule.when)}"
    return line if rule.default is None else f"{line} · default {rule.default}"


def _step(step: Step) -> str:
    if not step.params:
        return step.name
    return f"{step.name}({', '.join(f'{key} {value}' for key, value in step.params.items())})"


def _conditions(conditions: Conditions) -> str:
    return " and ".join(_condition(one) for one in conditions_in(conditions))


def _condition(condition: Condition) -> str:
    asked = condition.model_dump(exclude_none=True, by_alias=True, exclude={"path"})
    question, answer = next(iter(asked.items()))
    return f"if {condition.path} {question} {_plain(answer)}"


def _plain(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, Condition):
        return _condition(value)
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    return str(value)
