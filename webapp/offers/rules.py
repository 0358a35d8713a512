"""One rule compiled to a closure: find, transform, look up, and note what is wrong."""

from collections.abc import Callable, Mapping
from typing import Any

from webapp.offers.iso_codes import COUNTRY_SPELLINGS, LANGUAGE_SPELLINGS
from webapp.offers.mapping_document import Condition, Rule
from webapp.offers.paths import JMESPathError, One, value_at, values_at
from webapp.offers.problems import Problem, problem
from webapp.offers.targets import Kind, Target
from webapp.offers.transforms import TRANSFORMS, BadValue, Transform, compiled_transform
from webapp.offers.transforms.words import folded, language_lookup, lookup

Problems = list[Problem]
Compiled = Callable[[Any, Problems], Any]
Steps = tuple[Transform, ...]
ValueTables = Mapping[str, Mapping[str, str | None]]

# What every value of a kind goes through last, so that a rule may be a bare path.
STEPS_OF_KIND: dict[Kind, tuple[str, ...]] = {
    "any": (),
    "boolean": ("boolean",),
    "code": (),
    "coordinate": ("coordinate",),
    "currency": ("currency",),
    "date": ("date",),
    "day": ("day",),
    "html": ("repair", "html"),
    "integer": ("integer",),
    "number": ("number",),
    "text": ("repair", "text"),
    "text_list": ("repair", "text"),
    "url": ("url",),
}


def compiled_rule(rule: Rule, field: str, target: Target, tables: ValueTables) -> Compiled:
    """The closure gives the field's value for a record, or None."""
    if rule.constant is not None:
        found = _constant(rule.constant)
    elif target.kind in ("any", "text_list"):
        found = _every_value(rule, field, target)
    else:
        found = _first_value(rule, field, target, tables)
    return found if rule.when is None else _under_condition(rule.when, found, field)


def condition_holds(condition: Condition) -> Callable[[Any], bool]:
    """The closure may raise JMESPathError."""
    values = values_at(condition.path)
    if condition.exists is not None:
        wanted = condition.exists
        return lambda record: bool(values(record)) is wanted
    if condition.not_in is not None:
        unwanted = {folded(word) for word in condition.not_in}
        return lambda record: not any(folded(value) in unwanted for value in values(record))
    accepted = {folded(word) for word in condition.in_ or (condition.equals,)}
    return lambda record: any(folded(value) in accepted for value in values(record))


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

    if len(steps) != 1:
        return run
    only = steps[0]

    # Most fields have one step, and this is the innermost loop of every import.
    def run_one(raw: Any, problems: Problems) -> Any:
        try:
            return only(raw)
        except BadValue:
            return run(raw, problems)

    return run_one


def compiled_lookup(
    values: str | None, field: str, target: Target, tables: ValueTables, *, complain: bool = True
) -> Transform:
    """From a vendor's word to one of the target's codes, by the value map named `values`; the
    spellings of countries and languages that everybody uses need no rows in it."""
    table = tables.get(values or "", {})
    if field == "texts.lang":
        return language_lookup(LANGUAGE_SPELLINGS | dict(table))
    if field == "location.country":
        table = COUNTRY_SPELLINGS | dict(table)
    return lookup(table, target.codes, complain=complain)


def _steps_of(rule: Rule, field: str, target: Target, tables: ValueTables) -> Steps:
    steps = [compiled_transform(step.name, step.params) for step in rule.transforms]
    if rule.values is not None or target.kind == "code":
        complain = rule.unknown == "warn"
        steps.append(compiled_lookup(rule.values, field, target, tables, complain=complain))
    last = STEPS_OF_KIND[target.kind]
    # A rule that sets the parameters of its kind's own transform has it already.
    if not any(step.name in last[-1:] for step in rule.transforms):
        steps += last_steps(target)
    return tuple(steps)


def last_steps(target: Target) -> Steps:
    return tuple(TRANSFORMS[name] for name in STEPS_OF_KIND[target.kind])


def _constant(value: Any) -> Compiled:
    return lambda record, problems: value


def _first_value(rule: Rule, field: str, target: Target, tables: ValueTables) -> Compiled:
    paths = [value_at(path) for path in rule.all_paths]
    first = paths[0] if len(paths) == 1 else _first_of(paths)
    run = compiled_steps(_steps_of(rule, field, target, tables), field)
    default = rule.default

    def found(record: Any, problems: Problems) -> Any:
        try:
            raw = first(record)
        except JMESPathError as error:
            problems.append(problem("rule_failed", field, detail=error))
            return default
        if raw is None:
            return default
        value = run(raw, problems)
        return default if value is None else value

    return found


def _first_of(paths: list[One]) -> One:
    def first(record: Any) -> Any:
        for path in paths:
            value = path(record)
            if value is not None:
                return value
        return None

    return first


def _every_value(rule: Rule, field: str, target: Target) -> Compiled:
    """Text lists hold the values of all paths; kind any keeps what it finds as it is."""
    paths = [values_at(path) for path in rule.all_paths]
    own = tuple(compiled_transform(step.name, step.params) for step in rule.transforms)
    run_own = compiled_steps(own, field)
    run_last = compiled_steps(last_steps(target), field)

    def found(record: Any, problems: Problems) -> Any:
        try:
            raws = [raw for path in paths for raw in path(record)]
        except JMESPathError as error:
            problems.append(problem("rule_failed", field, detail=error))
            raws = []
        values: list[Any] = []
        for raw in raws:
            value = run_own(raw, problems)
            parts = value if isinstance(value, list) else [value]
            values += [run_last(part, problems) for part in parts if part is not None]
        values = [value for value in values if value is not None]
        if target.kind == "any":
            return values if len(values) > 1 else next(iter(values), rule.default)
        return list(dict.fromkeys(values)) or None

    return found


def _under_condition(condition: Condition, compiled: Compiled, field: str) -> Compiled:
    holds = condition_holds(condition)

    def found(record: Any, problems: Problems) -> Any:
        try:
            applies = holds(record)
        except JMESPathError as error:
            problems.append(problem("rule_failed", field, detail=error))
            return None
        return compiled(record, problems) if applies else None

    return found
