"""When a rule, a block or a withdrawal applies: conditions of a mapping compiled to closures."""

from collections.abc import Callable
from typing import Any

from webapp.offers.mapping_document import Condition, Conditions, conditions_in
from webapp.offers.paths import values_at
from webapp.offers.patterns import compiled_pattern, searchable
from webapp.offers.transforms.words import folded, one_line

Holds = Callable[[Any], bool]


def conditions_hold(conditions: Conditions) -> Holds:
    """Whether all of them do. The closure may raise JMESPathError."""
    all_of = [condition_holds(condition) for condition in conditions_in(conditions)]
    if len(all_of) == 1:
        return all_of[0]
    return lambda record: all(holds(record) for holds in all_of)


def any_condition_holds(conditions: tuple[Condition, ...]) -> Holds:
    """As above, of one at least."""
    any_of = [condition_holds(condition) for condition in conditions]
    return lambda record: any(holds(record) for holds in any_of)


def condition_holds(condition: Condition) -> Holds:
    """The closure may raise JMESPathError."""
    values = values_at(condition.path)
    if condition.exists is not None:
        wanted = condition.exists
        return lambda record: bool(values(record)) is wanted
    if condition.not_in is not None:
        unwanted = {folded(word) for word in condition.not_in}
        return lambda record: not any(folded(value) in unwanted for value in values(record))
    if condition.matches is not None:
        matches = compiled_pattern(condition.matches).fullmatch
        return lambda record: any(
            matches(searchable(one_line(value))) is not None for value in values(record)
        )
    accepted = {folded(word) for word in condition.in_ or (condition.equals,)}
    return lambda record: any(folded(value) in accepted for value in values(record))
