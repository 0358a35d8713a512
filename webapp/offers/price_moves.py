"""How far a change moved an offer's price, and what several changes in a row come to."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

_DEALS = "deals."
# A price multiplied or divided by more is a slip of somebody's pen; it is a change all the same.
_FURTHEST = 1_000_000.0


def price_move(changes: Mapping[str, Any]) -> float | None:
    """New price divided by old, of the first deal that has both in the same currency and for the
    same thing; None where no price has moved. `changes` as `changed_fields` gives them."""
    for field, sides in changes.items():
        if field.startswith(_DEALS) and (move := _move(*sides)) is not None:
            return move
    return None


def prices_moved(changes: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The deals before and after, of every deal whose price has moved."""
    return [
        (sides[0], sides[1])
        for field, sides in changes.items()
        if field.startswith(_DEALS) and _move(*sides) is not None
    ]


def merged_changes(steps: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """What changes in a row come to: the first old and the last new side of every field; a field
    that is as it was before has not changed."""
    merged: dict[str, list[Any]] = {}
    for changes in steps:
        for field, (before, after) in changes.items():
            merged.setdefault(field, [before, after])[1] = after
    return {field: sides for field, sides in merged.items() if sides[0] != sides[1]}


def _move(before: object, after: object) -> float | None:
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return None
    if any(before.get(part) != after.get(part) for part in ("currency", "period", "per")):
        return None
    old, new = _amount(before), _amount(after)
    if old is None or new is None or old == new:
        return None
    move = float(new / old)
    return move if 1 / _FURTHEST <= move <= _FURTHEST else None


def _amount(deal: Mapping[str, Any]) -> Decimal | None:
    amount = deal.get("amount")
    if amount is None:
        return None
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None
