"""Fetching a feed over HTTP from a server that behaves, misbehaves or never ends."""

import gzip
import hashlib
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from vendor_answers import FEED, drips, floods, hangs, hangs_up, redirects, says
from vendor_server import Vendor

from jobs.errors import PermanentError, PipelineError, TransientError
from jobs.fetch.http import fetch_http
from jobs.fetch.request import Credentials, Fetched, FetchLimits, KnownVersion, SpooledFile, Wanted

LIMITS = FetchLimits(
    max_bytes=3_000_000, connect_seconds=2, read_seconds=0.5, total_seconds=20, max_redirects=5
)
SECRET = "s3cr3t-value"


def fetched(
    vendor: Vendor,
    spool: Path,
    location: str = "/feed.xml",
    *,
    credentials: Credentials | None = None,
    known: KnownVersion | None = None,
    limits: FetchLimits = LIMITS,
    on_progress: Callable[[int, int | None], None] | None = None,
) -> Fetched:
    wanted = Wanted(
        location if "//" in location else vendor.url + location,
        credentials=credentials,
        known=known or KnownVersion(),
        limits=limits,
        allowed_hosts=frozenset({vendor.host}),
    )
    return fetch_http(wanted, spool, on_progress)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def test_a_feed_arrives_with_its_facts(vendor: Vendor, spool: Path) -> None:
    vendor.answers["/feed.xml"] = says(
        ETag='"v1"', Last_Modified="Fri, 20 Nov 2026 04:00:00 GMT", Content_Type="text/xml"
    )
    steps: list[tuple[int, int | None]] = []
    found = fetched(vendor, spool, on_progress=lambda done, total: steps.append((done, total)))
    assert spool.read_bytes() == FEED
    assert replace(found, seconds=0) == Fetched(
        files=(SpooledFile(spool, f"{vendor.url}/feed.xml"),),
        not_modified=False,
        bytes=len(FEED),
        sha256=hashlib.sha256(FEED).hexdigest(),
        etag='"v1"',
        last_modified="Fri, 20 Nov 2026 04:00:00 GMT",
        content_type="text/xml",
        seconds=0,
        final_url=f"{vendor.url}/feed.xml",
        http_status=200,
    )
    assert 0 < found.seconds < LIMITS.total_seconds
    assert steps[-1] == (len(FEED), len(FEED))
    assert vendor.requests[0][1]["User-Agent"].startswith("Offerdock/")


def test_a_known_version_is_asked_about_and_not_sent_again(vendor: Vendor, spool: Path) -> None:
    vendor.answers["/feed.xml"] = says(b"", 304, ETag='"v1"')
    known = KnownVersion('"v1"', "Fri, 20 Nov 2026 04:00:00 GMT", "ab" * 32)
    found = fetched(vendor, spool, known=known)
    assert (found.not_modified, found.http_status, found.sha256) == (True, 304, "ab" * 32)
    assert (found.etag, found.last_modified) == (known.etag, known.last_modified)
    headers = vendor.requests[0][1]
    assert headers["If-None-Match"] == '"v1"'
    assert headers["If-Modified-Since"] == known.last_modified
    assert not spool.exists()


def test_the_same_bytes_again_are_not_modified_even_without_an_etag(
    vendor: Vendor, spool: Path
) -> None:
    vendor.answers["/feed.xml"] = says()
    known = KnownVersion(sha256=hashlib.sha256(FEED).hexdigest())
    assert fetched(vendor, spool, known=known).not_modified


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(vendor: Vendor, spool: Path, status: int) -> None:
    vendor.answers["/feed.xml"] = redirects("/files/today.xml?token=abc", status)
    vendor.answers["/files/today.xml"] = says()
    assert fetched(vendor, spool).final_url == f"{vendor.url}/files/today.xml?token=***"
    assert vendor.requests[1][0] == "/files/today.xml?token=abc"


def test_redirects_without_end_are_refused(vendor: Vendor, spool: Path) -> None:
    vendor.answers["/feed.xml"] = redirects("/feed.xml")
    with pytest.raises(PermanentError) as refused:
        fetched(vendor, spool)
    assert refused.value.code == "too_many_redirects"
    assert len(vendor.requests) == LIMITS.max_redirects + 1


@pytest.mark.parametrize(
    ("credentials", "name", "value"),
    [
        (Credentials("basic", "ann", "pw"), "Authorization", "Basic YW5uOnB3"),
        (Credentials("bearer", "", "t0ken"), "Authorization", "Bearer t0ken"),
        (Credentials("header", "X-Feed-Key", "k3y"), "X-Feed-Key", "k3y"),
    ],
)
def test_credentials_are_sent_and_survive_a_redirect_on_the_same_host(
    vendor: Vendor, spool: Path, credentials: Credentials, name: str, value: str
) -> None:
    vendor.answers["/feed.xml"] = redirects("/moved.xml")
    vendor.answers["/moved.xml"] = says()
    fetched(vendor, spool, credentials=credentials)
    assert [headers[name] for _, headers in vendor.requests] == [value, value]


def test_a_password_in_the_address_is_sent_as_one_and_never_shown(
    vendor: Vendor, spool: Path
) -> None:
    vendor.answers["/feed.xml"] = says()
    found = fetched(vendor, spool, f"http://ann:{SECRET}@{vendor.host}/feed.xml")
    assert vendor.requests[0][1]["Authorization"].startswith("Basic ")
    assert SECRET not in repr(found)


def test_a_query_key_is_sent_and_masked_whatever_its_name(vendor: Vendor, spool: Path) -> None:
    vendor.answers["/feed.xml"] = says()
    found = fetched(vendor, spool, "/feed.xml?a=1", credentials=Credentials("query", "k", SECRET))
    assert vendor.requests[0][0] == f"/feed.xml?a=1&k={SECRET}"
    assert SECRET not in repr(found)


@pytest.mark.parametrize("kind", ["basic", "bearer", "header", "query"])
def test_credentials_never_reach_another_host(
    start_vendor: Callable[[], Vendor], spool: Path, kind: str
) -> None:
    first, other = start_vendor(), start_vendor()
    first.answers["/feed.xml"] = redirects(f"{other.url}/feed.xml")
    other.answers["/feed.xml"] = redirects(f"{first.url}/back.xml")
    first.answers["/back.xml"] = says()
    wanted = Wanted(
        f"{first.url}/feed.xml",
        credentials=Credentials(kind, "X-Feed-Key", SECRET),  # type: ignore[arg-type]
        limits=LIMITS,
        allowed_hosts=frozenset({first.host, other.host}),
    )
    fetch_http(wanted, spool)
    sent = [
        SECRET in path or "X-Feed-Key" in headers or "Authorization" in headers
        for path, headers in (first.requests[0], other.requests[0], first.requests[1])
    ]
    assert sent == [True, False, False]


@pytest.mark.parametrize(
    ("status", "fate", "code"),
    [
        (400, PermanentError, "unexpected_answer"),
        (401, PermanentError, "unauthorised"),
        (403, PermanentError, "forbidden"),
        (404, PermanentError, "not_found"),
        (410, PermanentError, "gone"),
        (408, TransientError, "server_error"),
        (429, TransientError, "asked_too_often"),
        (500, TransientError, "server_error"),
        (503, TransientError, "server_error"),
        (599, TransientError, "server_error"),
        (204, PermanentError, "unexpected_answer"),
        (206, PermanentError, "unexpected_answer"),
        (300, PermanentError, "unexpected_answer"),
        (304, PermanentError, "unexpected_answer"),
    ],
)
def test_each_status_has_its_fate(
    vendor: Vendor, spool: Path, status: int, fate: type[PipelineError], code: str
) -> None:
    vendor.answers["/feed.xml"] = says(b"", status)
    assert_fails(vendor, spool, fate, code, words=str(status))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_feed"),
        (b" \n", "empty_feed"),
        (b"<!-- this feed moved -->", "empty_feed"),
        (b"<!DOCTYPE html><html><title>Oops</title></html>", "html_instead_of_feed"),
        (b"<html><form><input type='password'></form></html>", "login_page"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_no_feed_is_refused_though_the_status_is_200(
    vendor: Vendor, spool: Path, body: bytes, code: str, packed: bool
) -> None:
    vendor.answers["/feed.xml"] = says(gzip.compress(body) if packed else body)
    assert_fails(vendor, spool, PermanentError, code)


def test_gzip_is_unpacked_once_for_the_wire_and_once_for_the_file(
    vendor: Vendor, spool: Path
) -> None:
    packed = gzip.compress(FEED)
    vendor.answers["/wire"] = says(packed, Content_Encoding="gzip")
    vendor.answers["/file.gz"] = says(packed, Content_Type="application/gzip")
    vendor.answers["/both"] = says(gzip.compress(packed), Content_Encoding="gzip")
    for path in vendor.answers:
        assert fetched(vendor, spool, path).bytes == len(FEED)
        assert spool.read_bytes() == FEED


def test_an_unasked_compression_is_refused(vendor: Vendor, spool: Path) -> None:
    vendor.answers["/feed.xml"] = says(Content_Encoding="br")
    assert_fails(vendor, spool, PermanentError, "unknown_compression", words="br")


def test_five_gigabytes_are_refused_when_they_are_announced(vendor: Vendor, spool: Path) -> None:
    vendor.answers["/feed.xml"] = says(b"<root>", Content_Length=str(5 * 1024**3))
    assert_fails(vendor, spool, PermanentError, "too_large")


def test_an_endless_answer_is_refused_at_the_limit(vendor: Vendor, spool: Path) -> None:
    vendor.answers["/feed.xml"] = floods(b"<property/>" * 5000)
    assert_fails(vendor, spool, PermanentError, "too_large")


def test_a_gzip_bomb_is_refused_at_the_limit(vendor: Vendor, spool: Path) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    vendor.answers["/wire"] = says(bomb, Content_Encoding="gzip")
    vendor.answers["/file.gz"] = says(bomb)
    for path in vendor.answers:
        assert_fails(vendor, spool, PermanentError, "too_large", location=path)
    large = replace(LIMITS, max_bytes=10**9)
    vendor.answers["/wire"] = says(bomb, Content_Encoding="gzip")
    assert_fails(vendor, spool, PermanentError, "gzip_bomb", location="/wire", limits=large)


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<root>", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<root>\r\n", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<root>", "truncated"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0", "truncated"),
        (b"", "connection_failed"),
        (b"220 files.example.com FTP\r\n", "connection_failed"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500 + b"\r\n", "connection_failed"),
    ],
)
def test_a_broken_answer_is_tried_again(
    vendor: Vendor, spool: Path, start: bytes, code: str
) -> None:
    vendor.answers["/feed.xml"] = hangs_up(start)
    assert_fails(vendor, spool, TransientError, code)


def test_a_silent_server_times_out(vendor: Vendor, spool: Path) -> None:
    vendor.answers["/feed.xml"] = hangs(vendor.stopping)
    assert_fails(vendor, spool, TransientError, "timed_out")


@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n<root>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6;",
        b"HTTP/1.1 200 OK\r\n\r\n<root>",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\0",
    ],
    ids=["length", "chunk size", "no length", "headers", "gzip name"],
)
def test_a_dripping_server_is_cut_off(vendor: Vendor, spool: Path, start: bytes) -> None:
    vendor.answers["/feed.xml"] = drips(vendor.stopping, start)
    limits = replace(LIMITS, total_seconds=0.4)
    assert_fails(vendor, spool, TransientError, "timed_out", words="0.4 seconds", limits=limits)


def test_a_closed_port_is_tried_again(vendor: Vendor, spool: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(TransientError) as failed:
            wanted = Wanted(
                f"http://{host}/feed.xml?password={SECRET}",
                limits=LIMITS,
                allowed_hosts=frozenset({host}),
            )
            fetch_http(wanted, spool)
    assert failed.value.code == "connection_failed"
    assert_hides_secrets(failed.value)


def test_a_secret_that_no_header_can_hold_is_the_agents_to_correct(
    vendor: Vendor, spool: Path
) -> None:
    with pytest.raises(PermanentError) as refused:
        fetched(vendor, spool, credentials=Credentials("header", "X-Key", f"{SECRET}\r\nX: y"))
    assert refused.value.code == "bad_credentials"
    assert_hides_secrets(refused.value)


def assert_fails(
    vendor: Vendor,
    spool: Path,
    fate: type[PipelineError],
    code: str,
    *,
    words: str = "",
    location: str = "/feed.xml",
    limits: FetchLimits = LIMITS,
) -> None:
    """It fails as it should, leaves no file, says where, and gives no secret away."""
    with pytest.raises(fate) as failed:
        fetched(
            vendor,
            spool,
            f"{location}?token={SECRET}",
            credentials=Credentials("query", "k", SECRET),
            limits=limits,
        )
    error = failed.value
    assert error.code == code
    assert words in error.message
    assert error.place.startswith(vendor.url)
    assert error.hint
    assert not spool.exists()
    assert_hides_secrets(error)


def assert_hides_secrets(error: PipelineError) -> None:
    assert SECRET not in str(error) + repr(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_a_table_in_a_page_arrives_but_a_login_page_with_one_does_not(
    vendor: Vendor, spool: Path
) -> None:
    row = b"<tr><td>A-1</td><td>Altea</td><td>245000</td></tr>"
    table = b"<html><body><table>" + row * 2 + b"</table></body></html>"
    vendor.answers["/offers.xls"] = says(table, Content_Type="application/vnd.ms-excel")
    fetched(vendor, spool, "/offers.xls")
    assert spool.read_bytes() == table
    login = table.replace(b"<body>", b"<body><form><input type='password'></form>")
    vendor.answers["/offers.xls"] = says(login, Content_Type="text/html")
    with pytest.raises(PermanentError) as refused:
        fetched(vendor, spool, "/offers.xls")
    assert refused.value.code == "login_page"
