"""Keeps messages away from addresses inside the own network: each host is resolved once, and what
it resolves to is checked before anything connects to it."""

import ipaddress
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from jobs.fetch.address_guard import is_public


class PrivateAddress(OSError):
    """The host is of the own network."""


@contextmanager
def public_addresses_only(allowed: Collection[str]) -> Iterator[list[str]]:
    """What the process connects to meanwhile, in any thread: Apprise sends in threads of its own.
    `allowed` ("host:port") may be private. Yields the hosts that were refused."""
    refused: list[str] = []
    resolve = socket.getaddrinfo

    def checked(host: Any, port: Any, *arguments: Any, **settings: Any) -> Any:
        found = resolve(host, port, *arguments, **settings)
        if f"{host}:{port}" in allowed:
            return found
        for _, _, _, _, address in found:
            if not is_public(ipaddress.ip_address(str(address[0]).partition("%")[0])):
                refused.append(str(host))
                raise PrivateAddress(f"{host} is inside the own network.")
        return found

    socket.getaddrinfo = checked
    try:
        yield refused
    finally:
        socket.getaddrinfo = resolve
