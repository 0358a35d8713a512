"""No address inside a private network is ever reached, whichever way leads there."""

import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from socket import AF_INET, AF_INET6, SOCK_STREAM, gaierror
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from vendor_answers import FEED, redirects, says
from vendor_server import Vendor

from jobs.errors import PermanentError, TransientError
from jobs.fetch.address_guard import GuardedSession
from jobs.fetch.http import fetch_http
from jobs.fetch.request import FetchLimits, Wanted

LIMITS = FetchLimits(connect_seconds=1, read_seconds=1, total_seconds=10)


def fetch(location: str, spool: Path, *allowed_hosts: str) -> None:
    fetch_http(Wanted(location, limits=LIMITS, allowed_hosts=frozenset(allowed_hosts)), spool)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fe80::1]",
        "[fec0::1]",
        "[fd00::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
def test_a_private_address_is_refused_however_it_is_written(
    vendor: Vendor, spool: Path, host: str
) -> None:
    vendor.answers["/feed.xml"] = says()
    port = vendor.host.rpartition(":")[2]
    with pytest.raises(PermanentError) as refused:
        fetch(f"http://{host}:{port}/feed.xml", spool)
    assert refused.value.code == "private_address"
    assert vendor.requests == []


@pytest.mark.parametrize(
    "disguise",
    [
        "http://{allowed}@{target}/feed.xml",
        "http://{allowed}\\@{target}/feed.xml",
        "http://{target}/feed.xml#@{allowed}",
        "http://{target}/http://{allowed}/feed.xml",
        "http://{target}0/feed.xml",
    ],
)
def test_an_allowed_host_in_the_wrong_place_opens_no_door(
    start_vendor: Callable[[], Vendor], spool: Path, disguise: str
) -> None:
    allowed, inner = start_vendor(), start_vendor()
    inner.answers["/feed.xml"] = allowed.answers["/feed.xml"] = says()
    with pytest.raises(PermanentError) as refused:
        fetch(disguise.format(allowed=allowed.host, target=inner.host), spool, allowed.host)
    assert refused.value.code in ("private_address", "bad_url")
    assert inner.requests == []


@pytest.mark.parametrize(
    "target",
    [
        "http://{inner}/feed.xml",
        "//{inner}/feed.xml",
        "http://localhost:{port}/feed.xml",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:{port}/feed.xml",
        "http://0.0.0.0:{port}/feed.xml",
        "http://2130706433:{port}/feed.xml",
        "https://{inner}/feed.xml",
    ],
)
def test_a_redirect_into_a_private_network_is_refused(
    start_vendor: Callable[[], Vendor], spool: Path, target: str
) -> None:
    outer, inner = start_vendor(), start_vendor()
    port = inner.host.rpartition(":")[2]
    outer.answers["/feed.xml"] = redirects(target.format(inner=inner.host, port=port))
    inner.answers["/feed.xml"] = says()
    with pytest.raises(PermanentError) as refused:
        fetch(f"{outer.url}/feed.xml", spool, outer.host)
    assert refused.value.code == "private_address"
    assert len(outer.requests) == 1
    assert inner.requests == []


@pytest.mark.parametrize("target", ["file:///etc/hosts", "ftp://127.0.0.1/x", "gopher://a/x"])
def test_a_redirect_away_from_the_web_is_refused(vendor: Vendor, spool: Path, target: str) -> None:
    vendor.answers["/feed.xml"] = redirects(target)
    with pytest.raises(PermanentError) as refused:
        fetch(f"{vendor.url}/feed.xml", spool, vendor.host)
    assert refused.value.code == "bad_url"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "fd00::7"])
def test_a_public_name_with_a_private_address_is_refused(
    vendor: Vendor, spool: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    answer_names_with(monkeypatch, [address])
    with pytest.raises(PermanentError) as refused:
        fetch("http://feeds.example.com/feed.xml", spool, vendor.host)
    assert refused.value.code == "private_address"


def test_the_address_that_was_checked_is_the_one_that_is_dialled(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_names_with(monkeypatch, ["203.0.114.1", "127.0.0.1"])
    dialled: list[str] = []

    def refuse_connection(address: tuple[str, int], *_: object, **__: object) -> None:
        dialled.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", refuse_connection)
    with pytest.raises(TransientError) as failed:
        fetch("http://feeds.example.com/feed.xml", spool)
    assert failed.value.code == "connection_failed"
    assert (asked, dialled) == (["feeds.example.com"], ["203.0.114.1"])


def test_a_name_nobody_knows_is_tried_again(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(TransientError) as failed:
        fetch("http://feeds.example.com/feed.xml?key=s3cr3t", spool)
    assert failed.value.code == "host_not_found"
    assert failed.value.place == "http://feeds.example.com/feed.xml?key=***"


def test_a_proxy_from_the_environment_is_not_used(
    start_vendor: Callable[[], Vendor], spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor, proxy = start_vendor(), start_vendor()
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("all_proxy", proxy.url)
    vendor.answers["/feed.xml"] = says()
    fetch(f"{vendor.url}/feed.xml", spool, vendor.host)
    assert proxy.requests == []


def test_a_certificate_nobody_vouches_for_is_refused(tls_host: str, spool: Path) -> None:
    with pytest.raises(PermanentError) as refused:
        fetch(f"https://{tls_host}/feed.xml", spool, tls_host)
    assert refused.value.code == "bad_certificate"


def answer_names_with(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> list[str]:
    """A name server that gives one address after the other; returns the names it was asked."""
    asked: list[str] = []

    def resolved(host: str, port: int, *_: object, **__: object) -> list[Any]:
        address = ip_address(host.strip("[]") if not host.endswith(".com") else addresses[0])
        if host.endswith(".com"):
            asked.append(host)
            addresses.append(addresses.pop(0))
        family = AF_INET6 if address.version == 6 else AF_INET
        return [(family, SOCK_STREAM, 6, "", (str(address), port))]

    monkeypatch.setattr("socket.getaddrinfo", resolved)
    return asked


@pytest.fixture
def tls_host(tmp_path: Path) -> Iterator[str]:
    """A server whose certificate is signed by itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            says(FEED)(self)

    class Server(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """The other side ends the handshake."""

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_connection_made_after_the_cut_is_cut_too(vendor: Vendor) -> None:
    vendor.answers["/feed.xml"] = says()
    with GuardedSession(frozenset({vendor.host})) as session:
        session.connections.cut()
        with pytest.raises(requests.ConnectionError):
            session.get(f"{vendor.url}/feed.xml", timeout=5)
