"""Every socket of a fetch, so that another thread can end them all when the time is over."""

import socket
from contextlib import suppress


class Connections:
    def __init__(self) -> None:
        self._noted: list[socket.socket] = []
        self._is_cut = False

    def note(self, connected: socket.socket) -> None:
        # First noted, then asked, as `cut` does it the other way round: none slips between.
        self._noted.append(connected)
        if self._is_cut:
            _end(connected)

    def cut(self) -> None:
        """Ends every connection, open or yet to come: reads then fail."""
        self._is_cut = True
        for connected in self._noted:
            _end(connected)


def _end(connected: socket.socket) -> None:
    with suppress(OSError):
        # Past the TLS layer on purpose: it is busy in the thread that reads.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
