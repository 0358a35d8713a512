"""The session that feeds are fetched with: it reaches public addresses only, and can be cut off."""

import ipaddress
import socket
from contextlib import suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

PrivateAddressRefused = InvalidIPAddress
_DEFAULT_PORTS = {"http": "80", "https": "443"}


class _Connections:
    def __init__(self) -> None:
        self._noted: list[socket.socket] = []
        self._is_cut = False

    def note(self, connected: socket.socket) -> None:
        # First noted, then asked, as `cut` does it the other way round: none slips between.
        self._noted.append(connected)
        if self._is_cut:
            _end(connected)

    def cut(self) -> None:
        self._is_cut = True
        for connected in self._noted:
            _end(connected)


def _end(connected: socket.socket) -> None:
    with suppress(OSError):
        # Past the TLS layer on purpose: it is busy in the thread that reads.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


class GuardedSession(requests.Session):
    """Resolves each host once, checks that address and connects to it and no other.

    `allowed_hosts` ("host:port") may be private: they are reached without the check.
    """

    def __init__(self, allowed_hosts: frozenset[str]) -> None:
        super().__init__()
        # Proxies, .netrc and the like from the environment would lead around the guard.
        self.trust_env = False
        self._connections = _Connections()
        for scheme, default_port in _DEFAULT_PORTS.items():
            self._mount(f"{scheme}://", _PublicOnlyAdapter(scheme == "https"))
            for allowed in allowed_hosts:
                self._mount(f"{scheme}://{allowed}/", HTTPAdapter())
                host, _, port = allowed.rpartition(":")
                if port == default_port:
                    self._mount(f"{scheme}://{host}/", HTTPAdapter())

    def cut_off(self) -> None:
        """Ends every connection, open or yet to come, from another thread too: reads then fail."""
        self._connections.cut()

    def _mount(self, prefix: str, adapter: HTTPAdapter) -> None:
        adapter.poolmanager.pool_classes_by_scheme = _pools_that_note(self._connections)
        self.mount(prefix, adapter)


class _PublicOnlyAdapter(IPFilterAdapter):  # type: ignore[misc]  # ships no annotations
    """Closes two gaps of requests-hardened: site-local and IPv4-compatible IPv6 addresses."""

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(*args, **kwargs)
        address = ipaddress.ip_address(host_params["host"].strip("[]"))
        site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
        if site_local or address.is_reserved or not address.is_global:
            raise InvalidIPAddress(address)
        return host_params, pool_kwargs


def _pools_that_note(connections: _Connections) -> dict[str, Any]:
    class NotedHTTPConnection(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            connections.note(self.sock)

    class NotedHTTPSConnection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            connections.note(self.sock)

    class NotedHTTPPool(HTTPConnectionPool):
        ConnectionCls = NotedHTTPConnection

    class NotedHTTPSPool(HTTPSConnectionPool):
        ConnectionCls = NotedHTTPSConnection

    return {"http": NotedHTTPPool, "https": NotedHTTPSPool}
