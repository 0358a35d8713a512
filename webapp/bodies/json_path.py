"""A record path of JSON cut into steps: `D.Results[]`, `groups[].offers[]`, `offers{}`, `[]`."""

import re
from collections.abc import Sequence
from typing import NamedTuple

EACH_ITEM = "[]"
EACH_MEMBER = "{}"

_STEP = re.compile(r"\[\]|\{\}|[^.\[\]{}]+")


class Branch(NamedTuple):
    """What is left of the way to the records of one path; no step: the record is here."""

    steps: tuple[str, ...]
    name: str
    """Set when there are several paths, to tell their records apart."""


def branches_of(record_paths: Sequence[str]) -> list[Branch]:
    """Without any path the outermost list holds the records, or the outermost object is one."""
    found = [tuple(_STEP.findall(path)) for path in record_paths] or [(EACH_ITEM,)]
    if len(found) == 1:
        return [Branch(found[0], "")]
    return [Branch(steps, _last_name(steps)) for steps in found]


def below(branches: Sequence[Branch], *firsts: str) -> list[Branch]:
    """What is left of the branches that begin with one of these steps."""
    return [Branch(steps[1:], name) for steps, name in branches if steps and steps[0] in firsts]


def _last_name(steps: tuple[str, ...]) -> str:
    return next((step for step in reversed(steps) if step not in (EACH_ITEM, EACH_MEMBER)), "")
