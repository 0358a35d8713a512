"""Which of two states of one offer is the older. The database has the same rule as a function of
the same name (migration 0006), for the statements that guard an offer against older records."""

from collections.abc import Callable, Iterable
from functools import cmp_to_key
from typing import Protocol, TypeVar


class State(Protocol):
    @property
    def version(self) -> int | None:
        """The vendor's own number of the state, or its time in microseconds since 1970."""

    @property
    def sequence(self) -> int:
        """Microseconds since 1970 at which we were told: a delivery's arrival, a fetch's start."""


class NumberedState(State, Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T")


def is_older(state: State, than: State) -> bool:
    """The vendor's own word counts where both have one; else which we were told first."""
    if state.version is not None and than.version is not None and state.version != than.version:
        return state.version < than.version
    return state.sequence < than.sequence


def oldest_first(records: Iterable[T], state_of: Callable[[T], NumberedState]) -> list[T]:
    """Records of one offer; of equally old ones the one with the lower id comes first."""

    def compared(one: T, other: T) -> int:
        first, second = state_of(one), state_of(other)
        if is_older(first, second):
            return -1
        return 1 if is_older(second, first) else first.id - second.id

    return sorted(records, key=cmp_to_key(compared))
