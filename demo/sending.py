"""The ways a body goes over the wire: at once, in drips, cut off, without end or not at all."""

import select
import socket
import time
from typing import BinaryIO

from demo.kyero import HEAD, record
from demo.offers import Feed, offers_of

SLOW_BYTES_A_SECOND = 20_000
HUGE_BYTES = 5_000_000_000
_DRIPS_A_SECOND = 5
_LOOK_SECONDS = 0.5


def send_part(connection: socket.socket, file: BinaryIO, size: int) -> None:
    """The file's first `size` bytes, copied by the kernel."""
    if size:
        connection.sendfile(file, count=size)


def drip(connection: socket.socket, file: BinaryIO) -> None:
    while drop := file.read(SLOW_BYTES_A_SECOND // _DRIPS_A_SECOND):
        connection.sendall(drop)
        time.sleep(1 / _DRIPS_A_SECOND)


def send_without_end(connection: socket.socket, agency: str) -> None:
    """Well-formed offers, over and over, until 5 GB are sent or the other side has enough."""
    offers = offers_of(Feed(agency=agency, offers=400))
    block = "".join(record(agency, offer) for offer in offers).encode()
    connection.sendall(HEAD.encode())
    for _ in range(HUGE_BYTES // len(block)):
        connection.sendall(block)


def wait_until_gone(connection: socket.socket) -> None:
    """Answer nothing until the other side hangs up."""
    while True:
        readable, _, _ = select.select([connection], [], [], _LOOK_SECONDS)
        if readable and not connection.recv(4096):
            return
