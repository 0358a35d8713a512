"""Fetching files over FTP and FTPS from servers that behave and misbehave."""

import gzip
import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from certificates import write_certificate
from ftp_server import PASSWORD, USER, FTPHandler, running_ftp_server
from vendor_answers import FEED

from jobs.errors import PermanentError, PipelineError, TransientError
from jobs.fetch.ftp import fetch_ftp
from jobs.fetch.request import Credentials, Fetched, FetchLimits, KnownVersion, Wanted
from webapp.fetching import Fetching

LIMITS = FetchLimits(max_bytes=3_000_000, connect_seconds=2, read_seconds=1, total_seconds=20)
LOGIN = Credentials("basic", USER, PASSWORD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the vendor's server shows, with its feeds in out/."""
    folder = tmp_path / "vendor"
    (folder / "out").mkdir(parents=True)
    return folder


def put(folder: Path, name: str, content: bytes = FEED, at: int = 1_750_000_000) -> None:
    path = folder / "out" / name
    path.write_bytes(content)
    os.utime(path, (at, at))


def fetched(location: str, tmp_path: Path, **asked: Any) -> Fetched:
    host = location.partition("//")[2].partition("/")[0]
    spool = tmp_path / "spool"
    spool.mkdir(exist_ok=True)
    defaults: dict[str, Any] = {"credentials": LOGIN, "limits": LIMITS}
    wanted = Wanted(location, allowed_hosts=frozenset({host}), **{**defaults, **asked})
    return fetch_ftp(wanted, spool / "feed")


def refused(location: str, tmp_path: Path, **asked: Any) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        fetched(location, tmp_path, **asked)
    assert PASSWORD not in str(caught.value)
    assert list((tmp_path / "spool").iterdir()) == []
    return caught.value


def names(found: Fetched) -> list[str]:
    return [file.name for file in found.files]


def test_one_file_arrives(folder: Path, tmp_path: Path) -> None:
    put(folder, "feed.xml")
    with running_ftp_server(folder) as host:
        found = fetched(f"ftp://{host}/out/feed.xml", tmp_path)
    assert [file.path.read_bytes() for file in found.files] == [FEED]
    assert (names(found), found.bytes) == (["feed.xml"], len(FEED))


def test_the_password_may_stand_in_the_address(folder: Path, tmp_path: Path) -> None:
    put(folder, "feed.xml")
    with running_ftp_server(folder) as host:
        location = f"ftp://{USER}:{PASSWORD}@{host}/out/feed.xml"
        wanted = Wanted(location, limits=LIMITS, allowed_hosts=frozenset({host}))
        found = fetch_ftp(wanted, tmp_path / "feed")
    assert PASSWORD not in found.final_url


@pytest.mark.parametrize("path", ["out", "out/", "out/*.xml", "out/OFFERS-?.xml"])
def test_the_newest_file_of_a_folder_or_pattern_is_read(
    folder: Path, tmp_path: Path, path: str
) -> None:
    put(folder, "offers-1.xml", at=1_750_000_300)
    put(folder, "offers-2.xml", at=1_750_000_100)
    put(folder, "readme.pdf", b"%PDF-1", at=1_750_000_900)
    with running_ftp_server(folder) as host:
        assert names(fetched(f"ftp://{host}/{path}", tmp_path)) == ["offers-1.xml"]


def test_all_files_come_in_the_order_of_their_time(folder: Path, tmp_path: Path) -> None:
    put(folder, "b.xml", at=1_750_000_100)
    put(folder, "a.xml.gz", gzip.compress(FEED), at=1_750_000_300)
    put(folder, "c.xml", at=1_750_000_200)
    with running_ftp_server(folder) as host:
        found = fetched(f"ftp://{host}/out/", tmp_path, fetching=Fetching(pick="all"))
    assert names(found) == ["b.xml", "c.xml", "a.xml.gz"]
    assert {file.path.read_bytes() for file in found.files} == {FEED}
    assert found.bytes == 3 * len(FEED)


def test_files_that_are_known_are_not_sent_again(folder: Path, tmp_path: Path) -> None:
    put(folder, "feed.xml")
    with running_ftp_server(folder) as host:
        location = f"ftp://{host}/out/*.xml"
        first = fetched(location, tmp_path)
        known = KnownVersion(etag=first.etag, sha256=first.sha256)
        again = fetched(location, tmp_path, known=known)
        put(folder, "feed.xml", at=1_750_000_001)
        touched = fetched(location, tmp_path, known=known)
    assert (again.not_modified, again.files, again.sha256) == (True, (), first.sha256)
    assert touched.not_modified and touched.files != ()


def test_changes_are_read_one_file_a_run_from_the_oldest(folder: Path, tmp_path: Path) -> None:
    for number in (3, 1, 2):
        put(folder, f"{number}.xml", at=1_750_000_000 + number)
    read: list[list[str]] = []
    left: list[int] = []
    digests: set[str | None] = set()
    mark: str | None = None
    with running_ftp_server(folder) as host:
        for _ in range(4):
            found = fetched(
                f"ftp://{host}/out/",
                tmp_path,
                fetching=Fetching(pick="all", read_up_to=mark),
                in_order=True,
            )
            read.append(names(found))
            left.append(found.files_left)
            digests.add(found.sha256)
            mark = found.file_mark or mark
    assert (read, left) == ([["1.xml"], ["2.xml"], ["3.xml"], []], [2, 1, 0, 0])
    assert found.not_modified
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("out/none.xml", "not_found"),
        ("none/", "not_found"),
        ("none/*.xml", "not_found"),
        ("empty/", "no_files"),
        ("out/*.csv", "no_files"),
    ],
)
def test_a_missing_file_or_folder_is_named(
    folder: Path, tmp_path: Path, path: str, code: str
) -> None:
    put(folder, "feed.xml")
    (folder / "empty").mkdir()
    with running_ftp_server(folder) as host:
        error = refused(f"ftp://{host}/{path}", tmp_path)
    assert isinstance(error, PermanentError)
    assert error.code == code


def test_a_wrong_password_is_refused(folder: Path, tmp_path: Path) -> None:
    with running_ftp_server(folder, auth_failed_timeout=0) as host:
        wrong = Credentials("basic", USER, "another-value")
        error = refused(f"ftp://{host}/out/", tmp_path, credentials=wrong)
    assert (type(error), error.code) == (PermanentError, "unauthorised")


@pytest.mark.parametrize(("scheme", "implicit"), [("ftpes", False), ("ftps", True)])
def test_tls_protects_commands_and_files(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, implicit: bool
) -> None:
    put(folder, "feed.xml")
    certificate = write_certificate(tmp_path / "server.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_ftp_server(folder, certificate=certificate, implicit=implicit) as host:
        found = fetched(f"{scheme}://{host}/out/*.xml", tmp_path)
    assert [file.path.read_bytes() for file in found.files] == [FEED]


@pytest.mark.parametrize(("scheme", "implicit"), [("ftpes", False), ("ftps", True)])
def test_a_server_with_an_unknown_certificate_gets_no_password(
    folder: Path, tmp_path: Path, scheme: str, implicit: bool
) -> None:
    certificate = write_certificate(tmp_path / "server.pem")
    with running_ftp_server(folder, certificate=certificate, implicit=implicit) as host:
        error = refused(f"{scheme}://{host}/out/", tmp_path)
    assert error.code == "bad_certificate"


def test_a_file_above_the_limit_is_refused_before_it_is_sent(folder: Path, tmp_path: Path) -> None:
    put(folder, "feed.xml", FEED + b" " * 3_000_000)
    with running_ftp_server(folder) as host:
        assert refused(f"ftp://{host}/out/feed.xml", tmp_path).code == "too_large"


def test_more_files_than_allowed_are_refused_unless_one_of_them_is_read(
    folder: Path, tmp_path: Path
) -> None:
    for number in range(4):
        put(folder, f"{number}.xml", at=1_750_000_000 + number % 3)
    limits = FetchLimits(max_files=3)
    with running_ftp_server(folder) as host:
        error = refused(
            f"ftp://{host}/out/", tmp_path, limits=limits, fetching=Fetching(pick="all")
        )
        newest = fetched(f"ftp://{host}/out/", tmp_path, limits=limits)
    assert error.code == "too_many_files"
    assert names(newest) == ["2.xml"]


def test_a_private_address_is_refused(folder: Path, tmp_path: Path) -> None:
    with running_ftp_server(folder) as host, pytest.raises(PermanentError) as caught:
        fetch_ftp(Wanted(f"ftp://{host}/out/", credentials=LOGIN), tmp_path / "feed")
    assert caught.value.code == "private_address"


def test_the_address_in_an_answer_to_pasv_is_ignored(folder: Path, tmp_path: Path) -> None:
    put(folder, "feed.xml")
    with running_ftp_server(folder, masquerade_address="10.0.0.1") as host:
        found = fetched(f"ftp://{host}/out/feed.xml", tmp_path)
    assert found.bytes == len(FEED)


def test_a_file_that_shrinks_meanwhile_is_not_used(folder: Path, tmp_path: Path) -> None:
    put(folder, "feed.xml", FEED + b" " * 1000)

    def shortened(server: FTPHandler, file: str) -> Any:
        Path(file).write_bytes(FEED)
        return FTPHandler.ftp_RETR(server, file)

    with running_ftp_server(folder, ftp_RETR=shortened) as host:
        error = refused(f"ftp://{host}/out/feed.xml", tmp_path)
    assert (type(error), error.code) == (TransientError, "truncated")


@contextmanager
def _silent_server(greeting: bytes) -> Iterator[str]:
    """Accepts, says the greeting and then nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        connected: list[socket.socket] = []

        def accept() -> None:
            made, _ = listening.accept()
            made.sendall(greeting)
            connected.append(made)

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()
        for made in connected:
            made.close()


@pytest.mark.parametrize("greeting", [b"", b"220 Welcome\r\n", b"220-Welcome\r\n"])
def test_a_server_that_falls_silent_is_left(folder: Path, tmp_path: Path, greeting: bytes) -> None:
    with _silent_server(greeting) as host:
        limits = FetchLimits(read_seconds=0.3)
        error = refused(f"ftp://{host}/out/", tmp_path, limits=limits)
        assert (type(error), error.code) == (TransientError, "timed_out")


def test_the_whole_fetch_is_bounded_in_time(folder: Path, tmp_path: Path) -> None:
    with _silent_server(b"220 Welcome\r\n") as host:
        limits = FetchLimits(read_seconds=20, total_seconds=0.3)
        error = refused(f"ftp://{host}/out/", tmp_path, limits=limits)
    assert (error.code, "0.3 seconds" in error.message) == ("timed_out", True)


@pytest.mark.parametrize(("scheme", "implicit"), [("ftpes", False), ("ftps", True)])
def test_the_whole_fetch_is_bounded_in_time_under_tls_too(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    implicit: bool,
) -> None:
    certificate = write_certificate(tmp_path / "server.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    silent: dict[str, Any] = {"ftp_NLST": lambda server, path: path}
    with running_ftp_server(folder, certificate=certificate, implicit=implicit, **silent) as host:
        limits = FetchLimits(read_seconds=600, total_seconds=1)
        error = refused(f"{scheme}://{host}/out/", tmp_path, limits=limits)
    assert (error.code, "1 seconds" in error.message) == ("timed_out", True)


@pytest.mark.parametrize(("scheme", "implicit"), [("ftpes", False), ("ftps", True)])
def test_a_certificate_of_its_own_is_pinned_where_the_agent_said_so(
    folder: Path, tmp_path: Path, scheme: str, implicit: bool
) -> None:
    put(folder, "feed.xml")
    first = write_certificate(tmp_path / "first.pem")
    with running_ftp_server(folder, certificate=first, implicit=implicit) as host:
        location = f"{scheme}://{host}/out/feed.xml"
        found = fetched(location, tmp_path, fetching=Fetching(own_certificate=True))
        shown = str(found.host_key)
        assert re.fullmatch(r"certificate SHA256:([0-9A-F]{2}:){31}[0-9A-F]{2}", shown)
        known = Fetching(own_certificate=True, host_key=shown)
        assert fetched(location, tmp_path, fetching=known).host_key == shown


@pytest.mark.parametrize(("scheme", "implicit"), [("ftpes", False), ("ftps", True)])
def test_a_changed_certificate_gets_no_password(
    folder: Path, tmp_path: Path, scheme: str, implicit: bool
) -> None:
    put(folder, "feed.xml")
    passwords: list[str] = []
    watched: dict[str, Any] = {"ftp_USER": lambda server, line: passwords.append(line)}
    another = write_certificate(tmp_path / "another.pem")
    known = Fetching(own_certificate=True, host_key="certificate SHA256:1F:2E")
    with running_ftp_server(folder, certificate=another, implicit=implicit, **watched) as host:
        error = refused(f"{scheme}://{host}/out/feed.xml", tmp_path, fetching=known)
    assert (type(error), error.code) == (PermanentError, "certificate_changed")
    assert str(error.offered_key).startswith("certificate SHA256:")
    assert passwords == []


def test_a_server_without_authority_is_refused_with_what_to_do(
    folder: Path, tmp_path: Path
) -> None:
    certificate = write_certificate(tmp_path / "server.pem")
    with running_ftp_server(folder, certificate=certificate) as host:
        error = refused(f"ftpes://{host}/out/feed.xml", tmp_path)
    assert error.code == "bad_certificate"
    assert "a certificate of its own" in error.hint


def test_a_file_in_order_that_cannot_be_read_is_named(folder: Path, tmp_path: Path) -> None:
    put(folder, "1.zip", b"PK\x03\x04 not an archive")
    put(folder, "2.xml", at=1_750_000_300)
    with running_ftp_server(folder) as host:
        error = refused(
            f"ftp://{host}/out/", tmp_path, fetching=Fetching(pick="all"), in_order=True
        )
    assert error.file_mark == "20250615150640 1.zip"


def test_an_answer_without_end_is_refused(folder: Path, tmp_path: Path) -> None:
    with _silent_server(b"220-\r\n" * 2000) as host:
        error = refused(f"ftp://{host}/out/", tmp_path)
    assert (error.code, "without end" in error.message) == ("server_error", True)


def test_a_folder_without_end_is_refused(folder: Path, tmp_path: Path) -> None:
    def endless(server: FTPHandler, path: str) -> str:
        server.push_dtp_data(b"x.jpg\r\n" * 10_001, cmd="NLST")
        return path

    with running_ftp_server(folder, ftp_NLST=endless) as host:
        assert refused(f"ftp://{host}/out/", tmp_path).code == "too_many_files"


def test_a_line_break_in_the_path_is_no_command(folder: Path, tmp_path: Path) -> None:
    with running_ftp_server(folder) as host:
        assert refused(f"ftp://{host}/out%0D%0ADELE/x.xml", tmp_path).code == "bad_url"
