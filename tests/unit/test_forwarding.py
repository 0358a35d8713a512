"""Whose word is believed about where a request comes from."""

from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from webapp.forwarding import ForwardedAddress


def seen_address(peer: str, forwarded: str, *trusted: str) -> str:
    seen: list[str] = []

    def app(environ: dict[str, Any], _: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        return []

    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    environ = EnvironBuilder(headers=headers).get_environ() | {"REMOTE_ADDR": peer}
    ForwardedAddress(app, [ip_network(one) for one in trusted])(environ, lambda *_: lambda _: None)
    return seen[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "sender"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "2001:db8::5", "2001:db8::5"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1, ", "10.0.0.2"),
    ],
)
def test_the_last_one_that_a_trusted_proxy_heard_it_from_counts(
    peer: str, forwarded: str, sender: str
) -> None:
    assert seen_address(peer, forwarded, "10.0.0.0/8", "::1/128") == sender
