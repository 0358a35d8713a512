"""The rule of an area: a figure, the unit it is in, and from both the square metres."""

from typing import Any

from webapp.offers.mapping_document import Rule
from webapp.offers.paths import JMESPathError, One, value_at
from webapp.offers.problems import problem
from webapp.offers.steps import Compiled, Problems, Scope, compiled_steps, noticed, own_steps
from webapp.offers.transforms import BadValue
from webapp.offers.transforms.areas import METRES, area
from webapp.offers.transforms.words import folded, one_line


def compiled_area(rule: Rule, first: One, field: str, scope: Scope) -> Compiled:
    """The closure gives a number of square metres, or a Converted."""
    run = compiled_steps(own_steps(rule, scope), field)
    unit = _unit_at(rule, scope)

    def found(record: Any, problems: Problems) -> Any:
        try:
            raw = first(record)
            if raw is None:
                return rule.default
            spelled = METRES if unit is None else unit(record)
        except JMESPathError as error:
            problems.append(problem("rule_failed", field, detail=error))
            return rule.default
        value = run(raw, problems)
        if value is None:
            return rule.default
        try:
            return area(value, spelled)
        except BadValue as bad:
            said = spelled if bad.code == "unknown_unit" else raw
            problems.append(problem(bad.code, field, said))
            return rule.default

    return found


def _unit_at(rule: Rule, scope: Scope) -> One | None:
    default = rule.unit_default or METRES
    if rule.unit is None:
        return None if default == METRES else lambda record: default
    at = value_at(rule.unit)
    table = scope.tables.get(rule.values or "", {})

    def known(spelled: str) -> str:
        return table.get(folded(spelled), spelled) or default

    translated = known if rule.values is None else noticed(known, rule.values, scope)

    def unit(record: Any) -> str:
        found: str = translated(one_line(at(record)))
        return found

    return unit
