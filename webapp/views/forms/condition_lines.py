"""Conditions as lines that people type: `status = gone, deleted`, `status != live`, `deleted_at`;
and the body's values that every record gets: `#event = type`."""

import re
from collections.abc import Iterable, Mapping

from webapp.offers.mapping_document import Condition

_HOW = re.compile(r"\s(!=|=|~)\s|\s?(!=|=|~)\s?")


class UnreadableLine(ValueError):
    """With a sentence for the person who typed it."""


def conditions_in(lines: Iterable[str]) -> tuple[Condition, ...]:
    """:raise UnreadableLine:"""
    return tuple(_condition(line) for line in lines)


def condition_lines(conditions: Iterable[Condition]) -> list[str]:
    return [_line(condition) for condition in conditions]


def values_in(lines: Iterable[str]) -> dict[str, str]:
    """:raise UnreadableLine:"""
    found: dict[str, str] = {}
    for line in lines:
        name, equals, path = (part.strip() for part in line.partition("="))
        if not equals or not path:
            raise UnreadableLine(f"“{line}”: write a name, “=” and a path, such as #event = type.")
        name = name if name.startswith("#") else f"#{name}"
        found[name.lower()] = path
    return found


def value_lines(values: Mapping[str, str]) -> list[str]:
    return [f"{name} = {path}" for name, path in values.items()]


def _condition(line: str) -> Condition:
    parts = _HOW.split(line, maxsplit=1)
    path = parts[0].strip()
    sign = next((part for part in parts[1:3] if part), "")
    asked = parts[-1].strip() if sign else ""
    if not path or (sign and not asked):
        raise UnreadableLine(f"“{line}”: write a path, “=” and a word, such as status = gone.")
    words = [word.strip() for word in asked.split(",") if word.strip()]
    question: dict[str, object] = {"exists": True}
    if sign == "=":
        question = {"equals": words[0]} if len(words) == 1 else {"in": words}
    elif sign == "!=":
        question = {"not_in": words}
    elif sign == "~":
        question = {"matches": asked}
    try:
        return Condition.model_validate({"path": path, **question})
    except ValueError as error:
        raise UnreadableLine(f"“{line}” can’t be read as a condition.") from error


def _line(condition: Condition) -> str:
    if condition.equals is not None:
        return f"{condition.path} = {condition.equals}"
    if condition.in_ is not None:
        return f"{condition.path} = {', '.join(map(str, condition.in_))}"
    if condition.not_in is not None:
        return f"{condition.path} != {', '.join(map(str, condition.not_in))}"
    if condition.matches is not None:
        return f"{condition.path} ~ {condition.matches}"
    return condition.path
