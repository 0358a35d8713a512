"""Which offer a record speaks of: its external id, the first of the mapping's id paths that holds
something."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import JMESPathError, value_at
from webapp.offers.problems import Problem, problem

LONGEST_ID = 200


def external_id(record: Mapping[str, Any], mapping: MappingDocument) -> str:
    """Empty when the record has none."""
    return compiled_id(mapping.id)(record)


@lru_cache(maxsize=256)
def compiled_id(paths: tuple[str, ...]) -> Callable[[Any], str]:
    values = [value_at(path) for path in paths]

    def found(record: Any) -> str:
        for value in values:
            try:
                text = id_text(value(record))
            except JMESPathError:
                continue
            if text:
                return text
        return ""

    return found


def usable_id(external_id: str) -> str | Problem:
    """The id itself, or why a record with it can't be used."""
    if not external_id or len(external_id) > LONGEST_ID:
        return problem("bad_id" if external_id else "missing_id", "external_id", external_id)
    return external_id


def id_text(value: Any) -> str:
    """An id as it is compared: one line, a whole number without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).replace("\0", "").split())
