"""Lists of which only the next page matters: one row more than a page tells that there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from webapp.queries.counting import AnySelect

T = TypeVar("T")
S = TypeVar("S", bound=AnySelect)

LIST_SIZE = 25


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    rows: Sequence[T]
    number: int
    has_next: bool


def page_of(statement: S, number: int) -> S:
    return statement.limit(LIST_SIZE + 1).offset((number - 1) * LIST_SIZE)


def listing(found: Sequence[T], number: int) -> Listing[T]:
    return Listing(found[:LIST_SIZE], number, len(found) > LIST_SIZE)
