"""Transforms and conditions in words: what people choose from, and the short form in lists."""

import inspect
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.offers.mapping_document import Condition, Conditions, Step, conditions_in
from webapp.offers.transforms import TRANSFORMS

NAMES: dict[str, object] = {
    "extract": _l("Take out a part (pattern)"),
    "replace": _l("Replace (pattern)"),
    "split": _l("Split into several"),
    "item": _l("Take one of several"),
    "lower": _l("Small letters"),
    "upper": _l("Capital letters"),
    "text": _l("One line of text"),
    "html": _l("Text with paragraphs"),
    "repair": _l("Repair garbled letters"),
    "number": _l("Read as a number"),
    "integer": _l("Read as a whole number"),
    "price": _l("Read as a price"),
    "zero_is_unknown": _l("0 means unknown"),
    "on_request": _l("Yes if the price is on request"),
    "currency": _l("Read as a currency"),
    "currency_in": _l("Find the currency beside a figure"),
    "unit_in": _l("Find the unit beside a figure"),
    "floor": _l("Read as a floor"),
    "boolean": _l("Read as yes or no"),
    "coordinate": _l("Read as a coordinate"),
    "date": _l("Read as date and time"),
    "day": _l("Read as a day"),
    "url": _l("Read as a web address"),
}
PARAMETERS: dict[str, object] = {
    "pattern": _l("Pattern"),
    "with": _l("By"),
    "group": _l("Group of the pattern"),
    "separator": _l("Separator"),
    "index": _l("Which one (0 is the first, -1 the last)"),
    "decimal": _l("Decimal sign"),
    "order": _l("Order of day and month"),
    "zone": _l("Time zone"),
    "max_length": _l("Longest length"),
}
CHOICES: dict[str, object] = {
    "auto": _l("Find out"),
    ".": _l("Point: 1,250.50"),
    ",": _l("Comma: 1.250,50"),
    "day_first": _l("Day first: 31/05/2026"),
    "month_first": _l("Month first: 05/31/2026"),
}
QUESTIONS: dict[str, object] = {
    "equals": _l("is"),
    "in": _l("is one of"),
    "not_in": _l("is none of"),
    "matches": _l("matches the pattern"),
    "exists": _l("is there"),
    "absent": _l("is not there"),
}
# Of several answers; a comma is part of many a word.
BETWEEN = " | "


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    label: str
    choices: list[tuple[str, str]]
    """Empty: any text."""
    is_number: bool


@lru_cache(maxsize=64)
def _signature(name: str) -> tuple[tuple[str, Any], ...]:
    given = inspect.signature(TRANSFORMS[name]).parameters.values()
    return tuple(
        (parameter.name.rstrip("_"), parameter.annotation)
        for parameter in given
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    )


def parameters(name: str) -> list[Parameter]:
    return [
        Parameter(
            key,
            str(PARAMETERS.get(key, key)),
            [(at, str(CHOICES.get(at, at))) for at in get_args(annotation)]
            if get_origin(annotation) is Literal
            else [],
            is_number(annotation),
        )
        for key, annotation in _signature(name)
    ]


def is_number(annotation: Any) -> bool:
    return annotation is int or int in get_args(annotation)


def transform_choices() -> list[tuple[str, str]]:
    return [(name, str(words)) for name, words in NAMES.items()]


def step_words(step: Step) -> str:
    words = str(NAMES.get(step.name, step.name))
    given = [str(CHOICES.get(str(at), at)) for at in step.params.values()]
    return f"{words}: {', '.join(given)}" if given else words


def question_of(condition: Condition) -> tuple[str, str]:
    """The key of QUESTIONS, and the answer as people type it."""
    if condition.exists is not None:
        return ("exists" if condition.exists else "absent"), ""
    if condition.in_ is not None:
        return "in", BETWEEN.join(map(str, condition.in_))
    if condition.not_in is not None:
        return "not_in", BETWEEN.join(map(str, condition.not_in))
    if condition.matches is not None:
        return "matches", condition.matches
    return "equals", str(condition.equals)


def condition_words(conditions: Conditions | None) -> str:
    said = []
    for one in conditions_in(conditions):
        question, answer = question_of(one)
        said.append(" ".join(filter(None, (one.path, str(QUESTIONS[question]), answer))))
    return str(_(" and ")).join(said)
