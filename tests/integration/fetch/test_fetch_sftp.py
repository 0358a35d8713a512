"""Fetching files over SFTP: with a password or a key, from the server that was seen first."""

import os
import socket
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from sftp_server import PASSWORD, USER, running_sftp_server
from vendor_answers import FEED

from jobs.errors import PermanentError, PipelineError, TransientError
from jobs.fetch.request import Credentials, Fetched, FetchLimits, KnownVersion, Wanted
from jobs.fetch.sftp import fetch_sftp
from webapp.fetching import Fetching

LIMITS = FetchLimits(max_bytes=3_000_000, connect_seconds=2, read_seconds=2, total_seconds=20)
LOGIN = Credentials("basic", USER, PASSWORD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The root of the vendor's server, with its feeds in out/."""
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
    return fetch_sftp(wanted, spool / "feed")


def refused(location: str, tmp_path: Path, **asked: Any) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        fetched(location, tmp_path, **asked)
    assert PASSWORD not in str(caught.value)
    return caught.value


def names(found: Fetched) -> list[str]:
    return [file.name for file in found.files]


@pytest.mark.parametrize("path", ["/out/feed.xml", "/out", "/out/*.xml", "/~/out/feed.xml"])
def test_a_file_arrives(folder: Path, tmp_path: Path, path: str) -> None:
    put(folder, "feed.xml")
    with running_sftp_server(folder) as host:
        found = fetched(f"sftp://{host}{path}", tmp_path)
    assert [file.path.read_bytes() for file in found.files] == [FEED]
    assert names(found) == ["feed.xml"]


def test_a_large_file_arrives_whole(folder: Path, tmp_path: Path) -> None:
    content = b"<root>" + os.urandom(1_000_000).hex().encode() + b"</root>"
    put(folder, "feed.xml", content)
    with running_sftp_server(folder) as host:
        found = fetched(f"sftp://{host}/out/feed.xml", tmp_path)
    assert found.files[0].path.read_bytes() == content


def test_all_files_come_in_the_order_of_their_time(folder: Path, tmp_path: Path) -> None:
    put(folder, "b.xml", at=1_750_000_100)
    put(folder, "a.xml", at=1_750_000_200)
    with running_sftp_server(folder) as host:
        found = fetched(f"sftp://{host}/out/", tmp_path, fetching=Fetching(pick="all"))
    assert names(found) == ["b.xml", "a.xml"]


def test_a_file_that_is_known_is_not_sent_again(folder: Path, tmp_path: Path) -> None:
    put(folder, "feed.xml")
    with running_sftp_server(folder) as host:
        first = fetched(f"sftp://{host}/out/feed.xml", tmp_path)
        known = KnownVersion(etag=first.etag, sha256=first.sha256)
        again = fetched(f"sftp://{host}/out/feed.xml", tmp_path, known=known)
    assert (again.not_modified, again.files) == (True, ())


@pytest.mark.parametrize("passphrase", ["", "open sesame"])
@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
def test_a_private_key_opens_the_door(
    folder: Path, tmp_path: Path, kind: str, passphrase: str
) -> None:
    put(folder, "feed.xml")
    key = asyncssh.generate_private_key(kind)
    secret = key.export_private_key(passphrase=passphrase or None).decode()
    public = key.export_public_key().decode()
    with running_sftp_server(folder, client_key=public) as host:
        login = Credentials("key", USER, secret, passphrase)
        assert fetched(f"sftp://{host}/out/", tmp_path, credentials=login).bytes == len(FEED)


def test_a_key_may_come_in_any_usual_shape(folder: Path, tmp_path: Path) -> None:
    put(folder, "feed.xml")
    key = asyncssh.generate_private_key("ssh-rsa")
    with running_sftp_server(folder, client_key=key.export_public_key().decode()) as host:
        for shape in ("pkcs1-pem", "pkcs8-pem", "openssh"):
            # As a form of a browser sends it, and with a passphrase that it does not need.
            secret = "\r\n".join(key.export_private_key(shape).decode().split("\n")).strip()
            login = Credentials("key", USER, secret, "open sesame")
            assert fetched(f"sftp://{host}/out/", tmp_path, credentials=login).bytes


@pytest.mark.parametrize("passphrase", ["", "wrong"])
def test_a_locked_key_without_its_passphrase_is_said_so(
    folder: Path, tmp_path: Path, passphrase: str
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    secret = key.export_private_key(passphrase="open sesame").decode()
    error = refused(
        "sftp://127.0.0.1:1/out/",
        tmp_path,
        credentials=Credentials("key", USER, secret, passphrase),
    )
    assert (type(error), error.code) == (PermanentError, "bad_private_key")


def test_another_key_or_password_is_refused(folder: Path, tmp_path: Path) -> None:
    mine, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    wrong_key = Credentials("key", USER, mine.export_private_key().decode())
    public = other.export_public_key().decode()
    with running_sftp_server(folder, client_key=public) as host:
        by_key = refused(f"sftp://{host}/out/", tmp_path, credentials=wrong_key)
    with running_sftp_server(folder) as host:
        wrong = Credentials("basic", USER, "another-value")
        by_password = refused(f"sftp://{host}/out/", tmp_path, credentials=wrong)
    assert (by_key.code, by_password.code) == ("unauthorised", "unauthorised")


def test_the_first_key_of_a_server_is_told_and_another_refused(
    folder: Path, tmp_path: Path
) -> None:
    put(folder, "feed.xml")
    with running_sftp_server(folder) as host:
        seen = fetched(f"sftp://{host}/out/", tmp_path).host_key
        pinned = Fetching(host_key=seen)
        assert fetched(f"sftp://{host}/out/", tmp_path, fetching=pinned).host_key == seen
    assert seen is not None and seen.startswith("ssh-ed25519 ")
    rsa = asyncssh.generate_private_key("ssh-rsa")
    for key in (None, rsa):
        with running_sftp_server(folder, host_key=key) as host:
            error = refused(f"sftp://{host}/out/", tmp_path, fetching=pinned)
        assert (type(error), error.code) == (PermanentError, "host_key_changed")


@pytest.mark.parametrize(
    ("path", "code"),
    [("/out/none.xml", "not_found"), ("/none/", "not_found"), ("/out/*.csv", "no_files")],
)
def test_a_missing_file_or_folder_is_named(
    folder: Path, tmp_path: Path, path: str, code: str
) -> None:
    put(folder, "feed.xml")
    with running_sftp_server(folder) as host:
        assert refused(f"sftp://{host}{path}", tmp_path).code == code


def test_a_file_above_the_limit_is_refused(folder: Path, tmp_path: Path) -> None:
    put(folder, "feed.xml", FEED + b" " * 3_000_000)
    with running_sftp_server(folder) as host:
        assert refused(f"sftp://{host}/out/feed.xml", tmp_path).code == "too_large"


def test_a_private_address_is_refused(folder: Path, tmp_path: Path) -> None:
    with running_sftp_server(folder) as host, pytest.raises(PermanentError) as caught:
        fetch_sftp(Wanted(f"sftp://{host}/out/", credentials=LOGIN), tmp_path / "feed")
    assert caught.value.code == "private_address"


def test_a_server_that_falls_silent_is_left(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        limits = FetchLimits(read_seconds=20, total_seconds=0.3)
        error = refused(f"sftp://{host}/out/", tmp_path, limits=limits)
    assert (type(error), error.code) == (TransientError, "timed_out")
