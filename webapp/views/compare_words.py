"""How the differences between two runs read: filters of their templates."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from flask_babel import format_decimal
from flask_babel import gettext as _

from webapp.models import Run
from webapp.offers.price_moves import price_move, prices_moved
from webapp.views.filters import ago
from webapp.views.labels.runs import run_status


def move_words(move: float | None) -> str:
    """−12.5 % or +3 %."""
    if move is None:
        return "–"
    percent = (move - 1) * 100
    sign = "+" if percent > 0 else "−"
    digits = "#,##0.#" if abs(percent) < 1000 else "#,##0"
    return f"{sign}{format_decimal(abs(percent), format=digits)}\u00a0%"


def other_changes(
    changes: Mapping[str, Sequence[Any]], without_prices: bool
) -> list[tuple[str, Sequence[Any]]]:
    """Field by field; without those that only moved a price, where that is shown apart."""
    return [
        (field, sides)
        for field, sides in changes.items()
        if not (without_prices and price_move({field: sides}) is not None)
    ]


def differing(sides: Sequence[Any]) -> tuple[Any, Any]:
    """Of two versions of one item, such as a text, only the parts that are not the same."""
    before, after = sides
    if not isinstance(before, dict) or not isinstance(after, dict):
        return before, after
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def run_choices(runs: Sequence[Run]) -> list[tuple[int, str]]:
    return [
        (
            run.id,
            str(
                _(
                    "Run %(id)s, %(when)s: %(state)s",
                    id=run.id,
                    when=ago(run.created_at),
                    state=run_status(run)[1],
                )
            ),
        )
        for run in runs
    ]


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        differing=differing,
        move_words=move_words,
        other_changes=other_changes,
        prices_moved=prices_moved,
        run_choices=run_choices,
    )
