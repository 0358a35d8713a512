"""Bounds a whole fetch in time: a server that drips bytes never runs into a read timeout."""

from threading import Event, Timer

from jobs.errors import TransientError
from jobs.fetch.connections import Connections
from jobs.fetch.failures import timed_out


class Deadline:
    """Cuts the connections off when the time is over; `failure` then says why."""

    def __init__(self, connections: Connections, seconds: float) -> None:
        self._seconds = seconds
        self._connections = connections
        self._over = Event()
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def failure(self, place: str) -> TransientError | None:
        return timed_out(self._seconds, place) if self._over.is_set() else None

    def _end(self) -> None:
        self._over.set()
        self._connections.cut()
