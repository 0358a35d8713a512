"""Who really sends a request that comes through a proxy: what `X-Forwarded-For` says, as far as
those who wrote it are believed. Logins are limited by it, and webhooks may be kept to addresses."""

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ForwardedAddress:
    """Puts the sender's address where the last proxy's own stands."""

    def __init__(self, app: "WSGIApplication", trusted: Iterable[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            environ["REMOTE_ADDR"] = self._sender(environ.get("REMOTE_ADDR", ""), forwarded)
        return self._app(environ, start_response)

    def _sender(self, peer: str, forwarded: str) -> str:
        """Each proxy adds whom it heard it from, so the list is read from its end."""
        sender = peer
        for told in reversed(forwarded.split(",")):
            if not self._is_trusted(sender):
                break
            sender = told.strip()
        return sender if _address(sender) else peer

    def _is_trusted(self, sender: str) -> bool:
        address = _address(sender)
        return address is not None and any(address in network for network in self._trusted)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
