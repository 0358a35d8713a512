"""The connections of FTP and SFTP: each host is resolved once, checked, and that address used."""

import ipaddress
import socket

from jobs.fetch.address_guard import is_public
from jobs.fetch.connections import Connections
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import failure_of_exception, private_address
from jobs.fetch.request import Wanted


def connected_socket(
    host: str,
    port: int,
    wanted: Wanted,
    connections: Connections,
    deadline: Deadline,
    place: str,
) -> socket.socket:
    """:raise PipelineError: a private address that is not allowed, or nobody answers there"""
    allowed = f"{host}:{port}" in wanted.allowed_hosts
    last: OSError | None = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise failure_of_exception(error, place) from None
    for family, kind, protocol, _, address in found:
        if not allowed and not is_public(ipaddress.ip_address(str(address[0]).partition("%")[0])):
            raise private_address(place)
        made = socket.socket(family, kind, protocol)
        made.settimeout(wanted.limits.connect_seconds)
        try:
            made.connect(address)
        except OSError as error:
            made.close()
            last = error
            continue
        made.settimeout(wanted.limits.read_seconds)
        connections.note(made)
        return made
    raise deadline.failure(place) or failure_of_exception(last or OSError(), place)
