"""Whether a file is of another kind than those before: what a mapping reads of its records is not
where it was. Decided on the first records, before any of them is used."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.offers.mapping_document import MappingDocument
from webapp.offers.used_paths import ID, UsedPaths

USUAL = 0.5
"""The share of the records that have a path for it to be missed."""
TOO_MANY_GONE = 0.5
FEWEST_RECORDS = 3
"""Fewer may well leave fields empty; without ids they are of another kind all the same."""

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
    used = UsedPaths(document)
    usual = [path for path in before if before[path] >= USUAL and used.touching(path)]
    ids = [path for path in usual if ID in used.touching(path)]
    ids_gone = bool(ids) and not any(path in now for path in ids)
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
