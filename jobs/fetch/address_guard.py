"""The session that feeds are fetched with: it reaches public addresses only, and can be cut off."""

import ipaddress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from jobs.fetch.connections import Connections

PrivateAddressRefused = InvalidIPAddress
_DEFAULT_PORTS = {"http": "80", "https": "443"}
# Addresses here carry one of IPv4 in their last four bytes.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class GuardedSession(requests.Session):
    """Resolves each host once, checks that address and connects to it and no other.

    `allowed_hosts` ("host:port") may be private: they are reached without the check.
    """

    def __init__(self, allowed_hosts: frozenset[str]) -> None:
        super().__init__()
        # Proxies, .netrc and the like from the environment would lead around the guard.
        self.trust_env = False
        self.connections = Connections()
        for scheme, default_port in _DEFAULT_PORTS.items():
            self._mount(f"{scheme}://", _PublicOnlyAdapter(scheme == "https"))
            for allowed in allowed_hosts:
                self._mount(f"{scheme}://{allowed}/", HTTPAdapter())
                host, _, port = allowed.rpartition(":")
                if port == default_port:
                    self._mount(f"{scheme}://{host}/", HTTPAdapter())

    def _mount(self, prefix: str, adapter: HTTPAdapter) -> None:
        adapter.poolmanager.pool_classes_by_scheme = _pools_that_note(self.connections)
        self.mount(prefix, adapter)


class _PublicOnlyAdapter(IPFilterAdapter):  # type: ignore[misc]  # ships no annotations
    """Closes two gaps of requests-hardened: site-local and IPv4-compatible IPv6 addresses."""

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(*args, **kwargs)
        address = ipaddress.ip_address(host_params["host"].strip("[]"))
        if not is_public(address):
            raise InvalidIPAddress(address)
        return host_params, pool_kwargs


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local or address.sixtofour or address.teredo:
            return False
        inner = address.ipv4_mapped
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_reserved and not address.is_multicast


def _pools_that_note(connections: Connections) -> dict[str, Any]:
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
