"""A Sentry of the tests' own: takes envelopes over HTTP and keeps the events out of them."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any


class Ingest(ThreadingHTTPServer):
    """`events` are the decoded events in the order of their arrival."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events: list[dict[str, Any]] = []
        self.raw = b""
        self.guard = Lock()

    @property
    def dsn(self) -> str:
        return f"http://key@127.0.0.1:{self.server_port}/1"

    def take(self, body: bytes) -> None:
        """An envelope: a header, then for each item its header and as many bytes as that says."""
        _, _, rest = body.partition(b"\n")
        while rest.strip():
            head, _, rest = rest.partition(b"\n")
            header = json.loads(head)
            length = header.get("length", rest.find(b"\n") if b"\n" in rest else len(rest))
            payload, rest = rest[:length], rest[length:].lstrip(b"\n")
            with self.guard:
                self.raw += payload
                if header["type"] == "event":
                    self.events.append(json.loads(payload))


class _Handler(BaseHTTPRequestHandler):
    server: Ingest

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        self.server.take(body)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def running_ingest() -> Iterator[Ingest]:
    with Ingest() as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
