"""The parts of an address of FTP or SFTP, with the credentials that may stand in it."""

from typing import NamedTuple
from urllib.parse import unquote

from jobs.fetch.failures import bad_url
from jobs.fetch.request import Credentials, Wanted
from webapp.addresses import parts_of
from webapp.masking import masked_url

_PORTS = {"ftp": 21, "ftpes": 21, "ftps": 990, "sftp": 22}


class RemoteAddress(NamedTuple):
    scheme: str
    host: str
    port: int
    path: str
    """FTP: relative to where the login leads, unless it begins with a second slash; SFTP: from
    the root, `/~/` being where the login leads."""
    credentials: Credentials | None
    place: str
    """The address with its secrets masked."""


def remote_address(wanted: Wanted) -> RemoteAddress:
    """:raise PermanentError: not an address of FTP or SFTP"""
    location = wanted.location.strip()
    place = masked_url(location)
    try:
        parts = parts_of(location)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise bad_url(place) from None
    if parts.scheme not in _PORTS or not host:
        raise bad_url(place)
    credentials = wanted.credentials
    if credentials is None and parts.username:
        password = unquote(parts.password or "")
        credentials = Credentials("basic", unquote(parts.username), password)
    path = unquote(parts.path)
    if any(ord(letter) < 32 for letter in path):
        # A line break would be a command of its own to an FTP server.
        raise bad_url(place)
    if parts.scheme == "sftp":
        path = path.removeprefix("/~/") if path.startswith("/~/") else path
    else:
        path = path.removeprefix("/")
    return RemoteAddress(parts.scheme, host, port or _PORTS[parts.scheme], path, credentials, place)
