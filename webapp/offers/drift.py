"""Whether a file is of another kind than those before: what a mapping reads of its records is not
where it was. Decided on the first records, before any of them is used."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from webapp.offers.mapping_document import Block, Condition, LanguageBlock, MappingDocument, Rule

USUAL = 0.5
"""The share of the records that have a path for it to be missed."""
TOO_MANY_GONE = 0.5
FEWEST_RECORDS = 3
"""Fewer may well leave fields empty; without ids they are of another kind all the same."""
NAMES = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^.\[\]|?*(){}"\'`&]+)(?:\.|$)?')

Presence = Mapping[str, float]
"""Paths to the share of the records that have them."""


@dataclass(frozen=True, slots=True)
class Drift:
    gone: tuple[str, ...]
    """Paths that the mapping uses and that most records had."""
    new: tuple[str, ...]
    """Paths that no record had before."""


def drift(before: Presence, now: Presence, records: int, document: MappingDocument) -> Drift | None:
    """None for a file of the same kind; `records` is how many `now` was worked out of."""
    ids = [path for path in before if before[path] >= USUAL and reads(document.id, path)]
    ids_gone = bool(ids) and not any(path in now for path in ids)
    used = used_paths(document)
    usual = [path for path in before if before[path] >= USUAL and reads(used, path)]
    gone = tuple(path for path in usual if path not in now)
    too_many = len(gone) >= max(2, TOO_MANY_GONE * len(usual))
    many = records >= FEWEST_RECORDS and too_many and _has_whole_records(document)
    if not (ids_gone or many):
        return None
    return Drift(gone, tuple(path for path in now if path not in before))


def _has_whole_records(document: MappingDocument) -> bool:
    """A record that tells only what changed may leave nearly everything out."""
    may_be_delta = document.semantics == "delta" or document.semantics_at is not None
    return not (document.partial or may_be_delta)


def used_paths(document: MappingDocument) -> frozenset[str]:
    """Every path that the mapping reads, below a list's elements too."""
    found: set[str] = {*document.id}
    found.update(at.path for at in (*document.withdrawn_when, *document.skip_when))
    for rules in document.fields.values():
        found.update(_of_rules(rules))
    for _, block in document.blocks():
        if isinstance(block, LanguageBlock):
            found.update(block.by_language.values())
            continue
        inner = {path for rules in block.fields.values() for path in _of_rules(rules)}
        outer = block.each or ("",)
        found.update(f"{each}.{path}".strip(".") for each in outer for path in inner)
        found.update(_of_conditions(block))
    return frozenset(found)


def _of_rules(rules: Rule | Sequence[Rule]) -> Iterable[str]:
    for rule in (rules,) if isinstance(rules, Rule) else rules:
        yield from rule.all_paths
        yield from _of_conditions(rule)


def _of_conditions(part: Rule | Block) -> Iterable[str]:
    if part.when is not None:
        conditions = (part.when,) if isinstance(part.when, Condition) else part.when
        yield from (condition.path for condition in conditions)


def reads(used: Iterable[str], path: str) -> bool:
    """`location` reads `location.city`, and so does `location.city.name[0]`."""
    return any(
        path == names or path.startswith(f"{names}.") or names.startswith(f"{path}.")
        for names in map(_leading_names, used)
    )


def _leading_names(path: str) -> str:
    """The plain names that a path begins with, as the profile of records spells them."""
    end = 0
    while (name := NAMES.match(path, end)) and name.end() > end:
        end = name.end()
    return path[:end].rstrip(". ")
