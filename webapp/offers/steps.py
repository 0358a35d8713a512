"""What a rule does to a value that it found: its own transforms, the value map, and what every
value of the target's kind goes through last, compiled to one closure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.offers.iso_codes import country_names
from webapp.offers.mapping_document import Rule, Step
from webapp.offers.problems import Problem, problem
from webapp.offers.targets import Kind, Target
from webapp.offers.transforms import BadValue, Transform, compiled_transform
from webapp.offers.transforms.words import folded, language_lookup, lookup, one_line

Problems = list[Problem]
Compiled = Callable[[Any, Problems], Any]
Steps = tuple[Transform, ...]
ValueTables = Mapping[str, Mapping[str, str | None]]
Notice = Callable[[str, str], None]

STEPS_OF_KIND: dict[Kind, tuple[str, ...]] = {
    "any": (),
    # Areas have a closure of their own, which knows of units: area_rules.py.
    "area": (),
    "boolean": ("boolean",),
    "code": (),
    "coordinate": ("coordinate",),
    "currency": ("currency",),
    "date": ("date",),
    "day": ("day",),
    "floor": ("floor",),
    "html": ("repair", "html"),
    "integer": ("integer",),
    "number": ("number",),
    "text": ("repair", "text"),
    "text_list": ("repair", "text"),
    "url": ("url",),
}
WITH_ZONE = frozenset({"date", "day"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What all rules of a mapping share."""

    tables: ValueTables
    # Of dates that say none.
    zone: str
    # Hears every word that is looked up, under the name of its table; None in imports.
    notice: Notice | None = None


def compiled_steps(steps: Steps, field: str) -> Compiled:
    """Runs a value through the steps; what a step complains of becomes a problem."""

    def run(raw: Any, problems: Problems) -> Any:
        value = raw
        for step in steps:
            try:
                value = step(value)
            except BadValue as bad:
                problems.append(problem(bad.code, field, raw, **bad.details))
                value = bad.kept
            if value is None:
                return None
        return value

    # Most fields have one step or two, and this is the innermost loop of every import.
    if len(steps) == 1:
        (only,) = steps

        def run_one(raw: Any, problems: Problems) -> Any:
            try:
                return only(raw)
            except BadValue:
                return run(raw, problems)

        return run_one
    if len(steps) == 2:
        first, second = steps

        def run_two(raw: Any, problems: Problems) -> Any:
            try:
                value = first(raw)
                return None if value is None else second(value)
            except BadValue:
                return run(raw, problems)

        return run_two
    return run


def compiled_lookup(
    values: str | None, field: str, target: Target, scope: Scope, *, complain: bool = True
) -> Transform:
    """From a vendor's word to one of the target's codes, by the value map named `values`, or else
    the source's own, which is named after the field; the spellings of countries and languages
    that everybody uses need no rows in it."""
    name = values or field
    table = scope.tables.get(name, {})
    if field == "texts.lang":
        return noticed(language_lookup(table), name, scope)
    if values is None and target.kind == "currency":
        return noticed(_translated(table), name, scope)
    others = country_names() if field == "location.country" else {}
    return noticed(lookup(table, target.codes, others, complain=complain), name, scope)


def noticed(step: Transform, table: str, scope: Scope) -> Transform:
    """The step; where someone listens, they hear the words that it gets."""
    notice = scope.notice
    if notice is None:
        return step

    def step_heard(value: Any) -> Any:
        word = one_line(value)
        if word.strip("*"):
            notice(table, word)
        return step(value)

    return step_heard


def _translated(table: Mapping[str, str | None]) -> Transform:
    """A word without a row stays as it is: what follows may know it by itself."""

    def translated(value: Any) -> Any:
        return table.get(folded(value), value)

    return translated


def own_steps(rule: Rule, scope: Scope) -> Steps:
    return tuple(_compiled(step, scope) for step in rule.transforms)


def steps_of(rule: Rule, field: str, target: Target, scope: Scope) -> Steps:
    steps = list(own_steps(rule, scope))
    if has_lookup(rule, field, target, scope):
        complain = rule.unknown == "warn"
        steps.append(compiled_lookup(rule.values, field, target, scope, complain=complain))
    last = STEPS_OF_KIND[target.kind]
    # A rule that sets the parameters of its kind's own transform has it already.
    if not any(step.name in last[-1:] for step in rule.transforms):
        steps += last_steps(target, scope)
    return tuple(steps)


def has_lookup(rule: Rule, field: str, target: Target, scope: Scope) -> bool:
    """Currencies are recognised without one; it is there for the words that a person explained."""
    if rule.values is not None or target.kind == "code":
        return True
    return target.kind == "currency" and (scope.notice is not None or field in scope.tables)


def last_steps(target: Target, scope: Scope) -> Steps:
    return tuple(_compiled(Step(name=name), scope) for name in STEPS_OF_KIND[target.kind])


def _compiled(step: Step, scope: Scope) -> Transform:
    params = {"zone": scope.zone} | step.params if step.name in WITH_ZONE else step.params
    return compiled_transform(step.name, params)
