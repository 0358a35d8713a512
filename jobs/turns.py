"""Turns of the offers worker, one after the other: while PostgreSQL writes the offers of one, the
next is taken up and mapped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import current_app

from jobs.announce import refill_bulk_queue
from jobs.apply import apply_suspects, take_up, write_down
from jobs.fault_rows import write_faults
from jobs.map_jobs import MappedJob


@dataclass(frozen=True, slots=True)
class Turn:
    ids: Sequence[int]
    mapped: Sequence[MappedJob]


def apply_turns(next_ids: Callable[[], Sequence[int]], lease_seconds: int) -> None:
    """Work until `next_ids` gives none. Commits."""
    turn = _next_turn(next_ids, lease_seconds)
    while turn is not None:
        ahead = Ahead(next_ids, lease_seconds)
        write_down(turn.mapped, meanwhile=ahead.take_up)
        apply_suspects(turn.ids, lease_seconds, taken=len(turn.mapped))
        write_faults()
        refill_bulk_queue()
        turn = ahead.turn()


class Ahead:
    """The turn after the one that is being written, taken up in a database session of its own."""

    def __init__(self, next_ids: Callable[[], Sequence[int]], lease_seconds: int) -> None:
        self._next_ids = next_ids
        self._lease_seconds = lease_seconds
        self._turn: Turn | None = None
        self._failure: Exception | None = None
        self._is_taken = False

    def take_up(self) -> None:
        """Only once, however often the other turn is written. Its failure waits for `turn`."""
        if self._is_taken:
            return
        self._is_taken = True
        try:
            with current_app.app_context():
                self._turn = _next_turn(self._next_ids, self._lease_seconds)
        except Exception as error:
            self._failure = error

    def turn(self) -> Turn | None:
        self.take_up()
        if self._failure is not None:
            raise self._failure
        return self._turn


def _next_turn(next_ids: Callable[[], Sequence[int]], lease_seconds: int) -> Turn | None:
    ids = next_ids()
    return Turn(ids, take_up(ids, lease_seconds)) if ids else None
