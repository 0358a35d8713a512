"""Bounds a whole fetch in time: a server that drips bytes never runs into a read timeout."""

from threading import Event, Timer

from jobs.errors import TransientError
from jobs.fetch.address_guard import GuardedSession
from jobs.fetch.failures import timed_out


class Deadline:
    """Cuts the session's connections off when the time is over; `failure` then says why."""

    def __init__(self, session: GuardedSession, seconds: float) -> None:
        self._seconds = seconds
        self._session = session
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
        self._session.cut_off()
