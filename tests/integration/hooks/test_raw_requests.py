"""Bytes that no program of good faith sends, against a real gunicorn with its real settings: no
fault of ours, and the door goes on."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from conftest import SECRET

from webapp.extensions import db
from webapp.models import Delivery, DeliveryState, Webhook

REPOSITORY = Path(__file__).parents[3]
REQUESTS = 250
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def port(engines: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of a gunicorn of one process."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    folder = tmp_path_factory.mktemp("gunicorn")
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py",
                "--bind", f"127.0.0.1:{free}", "--worker-tmp-dir", str(folder), "wsgi:app",
            ],
            cwd=REPOSITORY, env={**os.environ, **engines, "WEB_CONCURRENCY": "1"},
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while not answers(free, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"):
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.1)
        yield free
        assert process.poll() is None, "it lives on"
    finally:
        process.terminate()
        process.wait(15)


def answers(port: int, request: bytes) -> bytes:
    """What comes back until the other side hangs up, or says nothing more for a while."""
    said = b""
    with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), 2)) as wire:
        wire.settimeout(0.5)
        wire.sendall(request)
        wire.shutdown(socket.SHUT_WR)
        while piece := wire.recv(65_536):
            said += piece
    return said


def status(said: bytes) -> int:
    """0 when the server hung up without a word."""
    line = said.partition(b"\r\n")[0].split()
    return int(line[1]) if len(line) > 1 and line[1].isdigit() else 0


def post(path: str, body: bytes, *lines: bytes) -> bytes:
    head = [
        f"POST {path} HTTP/1.1".encode(), b"Host: x", b"Connection: close",
        f"X-Api-Key: {SECRET}".encode(), *lines,
    ]  # fmt: skip
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def shaped(path: str) -> dict[str, bytes]:
    """Each with something wrong that a server may stumble over."""
    return {
        "a length that lies": post(path, b"{}", b"Content-Length: 500"),
        "two lengths": post(path, b"{}", b"Content-Length: 2", b"Content-Length: 9"),
        "a length that is no number": post(path, b"{}", b"Content-Length: many"),
        "a length below nothing": post(path, b"{}", b"Content-Length: -1"),
        "a length beyond everything": post(path, b"{}", b"Content-Length: " + b"9" * 400),
        "a length of thousands of digits": post(path, b"{}", b"Content-Length: " + b"9" * 5_000),
        "bad chunks": post(path, b"zz\r\n{}\r\n0\r\n\r\n", b"Transfer-Encoding: chunked"),
        "chunks and a length": post(
            path, b"2\r\n{}\r\n0\r\n\r\n", b"Transfer-Encoding: chunked", b"Content-Length: 2"
        ),
        "chunks without an end": post(path, b"2\r\n{}\r\n", b"Transfer-Encoding: chunked"),
        "an unknown encoding": post(path, b"{}", b"Transfer-Encoding: rot13"),
        "gzip that is none": post(path, b"{}", b"Content-Encoding: gzip", b"Content-Length: 2"),
        "a huge header": post(path, b"{}", b"X-Big: " + b"a" * 100_000, b"Content-Length: 2"),
        "thousands of headers": post(path, b"{}", *[b"X-%d: 1" % n for n in range(3_000)]),
        "a NUL in a header": post(path, b"{}", b"X-Nul: a\0b", b"Content-Length: 2"),
        "letters beyond ASCII": post(path, b"{}", "X-Ü: ü😀".encode(), b"Content-Length: 2"),
        "a folded header": post(path, b"{}", b"X-Fold: a\r\n b", b"Content-Length: 2"),
        "a header without a colon": post(path, b"{}", b"nonsense", b"Content-Length: 2"),
        "a NUL in the path": post(f"{path}%00", b"{}", b"Content-Length: 2"),
        "a path of dots": post(f"{path}/../../etc/passwd", b"{}", b"Content-Length: 2"),
        "half a character in the path": post(f"{path}%ff%fe", b"{}", b"Content-Length: 2"),
        "a long query": post(f"{path}?{'a' * 3_000}=%zz&key=%00", b"{}", b"Content-Length: 2"),
        "a content type of nonsense": post(
            path, b"{}", b"Content-Type: \xff/\xfe; charset=\xfd", b"Content-Length: 2"
        ),
        "HTTP/1.0": post(path, b"{}", b"Content-Length: 2").replace(b"HTTP/1.1", b"HTTP/1.0"),
        "HTTP/9.9": post(path, b"{}", b"Content-Length: 2").replace(b"HTTP/1.1", b"HTTP/9.9"),
        "a method of its own": post(path, b"{}").replace(b"POST", b"BREW"),
        "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "an expectation": post(path, b"{}", b"Expect: 100-continue", b"Content-Length: 2"),
        "an upgrade": post(path, b"{}", b"Upgrade: h2c", b"Connection: Upgrade"),
    }


def test_requests_of_ill_will_get_no_5xx_and_do_no_harm(port: int, webhook: Webhook) -> None:
    path = f"/hooks/{webhook.public_id}"
    statuses = {name: status(answers(port, sent)) for name, sent in shaped(path).items()}
    # What RFC 9112 (section 6.1) asks for; gunicorn says it before we see the request.
    assert {name: code for name, code in statuses.items() if code >= 500} == {
        "an unknown encoding": 501
    }
    assert statuses["bad chunks"] == statuses["a length that lies"] == 400
    assert status(answers(port, post(path, b'{"id":"Z"}', b"Content-Length: 10"))) == 202


def test_bytes_changed_at_random_get_no_5xx(port: int, webhook: Webhook) -> None:
    path = f"/hooks/{webhook.public_id}"
    pick = random.Random(7)
    whole = post(path, b'{"id":"A1","price":1}', b"Content-Type: application/json",
                 b"Content-Length: 21")  # fmt: skip
    found = set()
    for _ in range(REQUESTS):
        changed = bytearray(whole)
        for _ in range(pick.randint(1, 6)):
            at = pick.randrange(len(changed))
            if pick.random() < 0.5:
                changed[at] = pick.randrange(256)
            else:
                changed[at:at] = pick.randbytes(pick.randint(1, 4))
        code = status(answers(port, bytes(changed)))
        found.add(code)
        assert code < 500, bytes(changed)
    assert found & {200, 202} and found & {400, 401, 404}
    db.session.rollback()
    states = {one.state for one in db.session.query(Delivery)}
    assert states <= {DeliveryState.ACCEPTED, DeliveryState.REFUSED}
