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
from webapp.offers.transforms.words import language_lookup, lookup

Problems = list[Problem]
Compiled = Callable[[Any, Problems], Any]
Steps = tuple[Transform, ...]
ValueTables = Mapping[str, Mapping[str, str | None]]

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
    values: str | None, field: str, target: Target, tables: ValueTables, *, complain: bool = True
) -> Transform:
    """From a vendor's word to one of the target's codes, by the value map named `values`; the
    spellings of countries and languages that everybody uses need no rows in it."""
    table = tables.get(values or "", {})
    if field == "texts.lang":
        return language_lookup(table)
    others = country_names() if field == "location.country" else {}
    return lookup(table, target.codes, others, complain=complain)


def own_steps(rule: Rule, scope: Scope) -> Steps:
    return tuple(_compiled(step, scope) for step in rule.transforms)


def steps_of(rule: Rule, field: str, target: Target, scope: Scope) -> Steps:
    steps = list(own_steps(rule, scope))
    if rule.values is not None or target.kind == "code":
        complain = rule.unknown == "warn"
        steps.append(compiled_lookup(rule.values, field, target, scope.tables, complain=complain))
    last = STEPS_OF_KIND[target.kind]
    # A rule that sets the parameters of its kind's own transform has it already.
    if not any(step.name in last[-1:] for step in rule.transforms):
        steps += last_steps(target, scope)
    return tuple(steps)


def last_steps(target: Target, scope: Scope) -> Steps:
    return tuple(_compiled(Step(name=name), scope) for name in STEPS_OF_KIND[target.kind])


def _compiled(step: Step, scope: Scope) -> Transform:
    params = {"zone": scope.zone} | step.params if step.name in WITH_ZONE else step.params
    return compiled_transform(step.name, params)
