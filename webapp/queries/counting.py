"""Counts that stay cheap: past the cap a page says "10,000+" instead of counting a million rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from webapp.extensions import db

AnySelect = Select[*tuple[Any, ...]]

CAP = 10_000


@dataclass(frozen=True, slots=True)
class Capped:
    """`value` is exact up to the cap; `is_more` says that there are more than the cap."""

    value: int
    is_more: bool = False


def capped(counted: int, cap: int = CAP) -> Capped:
    """Of a count that stopped at one more than the cap."""
    return Capped(min(counted, cap), counted > cap)


def capped_count(statement: AnySelect, cap: int = CAP) -> Capped:
    counted = select(func.count()).select_from(statement.limit(cap + 1).subquery())
    return capped(db.session.scalar(counted) or 0, cap)
