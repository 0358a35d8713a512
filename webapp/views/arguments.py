"""What the address bar asks for, cut down to what makes sense: no address is an error page."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from flask import request

from webapp.models import LARGEST_ID
from webapp.queries.offers import Position

_LAST_PAGE = 10_000
_LONGEST_TEXT = 200
_HIGHEST_PRICE = Decimal(10) ** 12


def id_argument(name: str) -> int | None:
    value = request.args.get(name, type=int)
    return value if value is not None and 0 < value <= LARGEST_ID else None


def page_argument() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), _LAST_PAGE)


def text_argument(name: str) -> str:
    """PostgreSQL knows no NUL."""
    return request.args.get(name, "").replace("\0", "").strip()[:_LONGEST_TEXT]


def choice_argument(name: str, choices: Collection[str]) -> str:
    """One of the choices, or "" for anything else."""
    value = request.args.get(name, "")
    return value if value in choices else ""


def day_argument(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def price_argument(name: str) -> Decimal | None:
    try:
        price = Decimal(text_argument(name))
    except InvalidOperation:
        return None
    return price if price.is_finite() and 0 <= price <= _HIGHEST_PRICE else None


def position_argument() -> Position | None:
    """`after` or `before`, as `position_text` wrote it."""
    for name in ("after", "before"):
        micros, _, id = request.args.get(name, "").partition(".")
        if micros.isdecimal() and id.isdecimal() and len(micros) < 17 and int(id) <= LARGEST_ID:
            moment = datetime.fromtimestamp(int(micros) // 1_000_000, UTC)
            moment = moment.replace(microsecond=int(micros) % 1_000_000)
            return Position(moment, int(id), is_end=name == "before")
    return None


def position_text(position: Position) -> str:
    seconds = int(position.changed_at.replace(microsecond=0).timestamp())
    return f"{seconds * 1_000_000 + position.changed_at.microsecond}.{position.id}"
