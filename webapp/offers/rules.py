"""A field's rules compiled to one closure: find, transform, look up, and note what is wrong."""

from typing import Any

from webapp.offers.area_rules import compiled_area
from webapp.offers.conditions import conditions_hold
from webapp.offers.mapping_document import Conditions, Rule, Rules, rules_in
from webapp.offers.paths import JMESPathError, One, value_at, values_at
from webapp.offers.problems import problem
from webapp.offers.steps import (
    Compiled,
    Problems,
    Scope,
    compiled_steps,
    last_steps,
    own_steps,
    steps_of,
)
from webapp.offers.targets import Target
from webapp.offers.transforms.words import one_line


def compiled_rules(rules: Rules, field: str, target: Target, scope: Scope) -> Compiled:
    """The closure gives the field's value for a record, or None: of several rules, the value of
    the first that has one."""
    found = [_compiled_rule(rule, field, target, scope) for rule in rules_in(rules)]
    if len(found) == 1:
        return found[0]

    def first(record: Any, problems: Problems) -> Any:
        for rule in found:
            value = rule(record, problems)
            if value is not None:
                return value
        return None

    return first


def _compiled_rule(rule: Rule, field: str, target: Target, scope: Scope) -> Compiled:
    if rule.constant is not None:
        found = _constant(rule.constant)
    elif target.kind == "area":
        found = compiled_area(rule, origin_of(rule), field, scope)
    elif target.kind in ("any", "text_list"):
        found = _every_value(rule, field, target, scope)
    else:
        found = _first_value(rule, field, target, scope)
    return found if rule.when is None else _under_conditions(rule.when, found, field)


def _constant(value: Any) -> Compiled:
    return lambda record, problems: value


def _first_value(rule: Rule, field: str, target: Target, scope: Scope) -> Compiled:
    first = origin_of(rule)
    run = compiled_steps(steps_of(rule, field, target, scope), field)
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


def origin_of(rule: Rule) -> One:
    if rule.join is not None:
        return _joined(rule.all_paths, rule.join)
    paths = [value_at(path) for path in rule.all_paths]
    return paths[0] if len(paths) == 1 else _first_of(paths)


def _first_of(paths: list[One]) -> One:
    def first(record: Any) -> Any:
        for path in paths:
            value = path(record)
            if value is not None:
                return value
        return None

    return first


def _joined(paths: tuple[str, ...], between: str) -> One:
    every = [values_at(path) for path in paths]

    def joined(record: Any) -> Any:
        words = [
            raw.strip() if isinstance(raw, str) else one_line(raw)
            for values in every
            for raw in values(record)
        ]
        return between.join(word for word in words if word) or None

    return joined


def _every_value(rule: Rule, field: str, target: Target, scope: Scope) -> Compiled:
    """Text lists hold the values of all paths; kind any keeps what it finds as it is."""
    paths = [values_at(path) for path in rule.all_paths]
    if rule.join is not None:
        joined = _joined(rule.all_paths, rule.join)
        paths = [lambda record: [word for word in [joined(record)] if word is not None]]
    run_own = compiled_steps(own_steps(rule, scope), field)
    run_last = compiled_steps(last_steps(target, scope), field)

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


def _under_conditions(conditions: Conditions, compiled: Compiled, field: str) -> Compiled:
    holds = conditions_hold(conditions)

    def found(record: Any, problems: Problems) -> Any:
        try:
            applies = holds(record)
        except JMESPathError as error:
            problems.append(problem("rule_failed", field, detail=error))
            return None
        return compiled(record, problems) if applies else None

    return found
