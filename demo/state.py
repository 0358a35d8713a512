"""What the vendor remembers between requests: generations, versions seen and modes set by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock

from demo.modes import Mode


class VendorState:
    def __init__(self) -> None:
        self._guard = Lock()
        self._generations: dict[str, int] = {}
        self._modes: dict[str, Mode] = {}
        self._seen: dict[str, tuple[str, datetime]] = {}

    def generation(self, counter: str) -> int:
        with self._guard:
            return self._generations.get(counter, 0)

    def move_on(self, counter: str, served: int) -> None:
        """The next fetch gets a generation later than the one just served."""
        with self._guard:
            self._generations[counter] = max(self._generations.get(counter, 0), served + 1)

    def mode(self, agency: str) -> Mode:
        with self._guard:
            return self._modes.get(agency, Mode.NORMAL)

    def set_mode(self, agency: str, mode: Mode) -> None:
        with self._guard:
            self._modes[agency] = mode

    def modes(self) -> Mapping[str, Mode]:
        with self._guard:
            return dict(self._modes)

    def last_modified(self, counter: str, etag: str) -> datetime:
        """When this address first had this content; each new content is a second later at least."""
        now = datetime.now(UTC).replace(microsecond=0)
        with self._guard:
            seen = self._seen.get(counter)
            if seen is not None and seen[0] != etag:
                now = max(now, seen[1] + timedelta(seconds=1))
            if seen is None or seen[0] != etag:
                self._seen[counter] = (etag, now)
            return self._seen[counter][1]
