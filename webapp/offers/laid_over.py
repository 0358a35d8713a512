"""A record that holds only what changed, laid over what was known of its offer."""

from typing import Any

from webapp.offers.mapping import FLAWS, WITHDRAWN

_OF_ONE_RECORD = (FLAWS, WITHDRAWN)


def laid_over(base: dict[str, Any] | None, record: dict[str, Any]) -> dict[str, Any]:
    """The base with every top-level key that the record has; a flaw, and that the offer is gone,
    are their own record's alone."""
    if base is None:
        return record
    return {key: value for key, value in base.items() if key not in _OF_ONE_RECORD} | record
