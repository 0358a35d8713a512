"""A vendor's feed on a real server: what it holds, and the time it claims to be of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson


@dataclass
class FeedServer:
    url: str = ""
    records: list[dict[str, Any]] = field(default_factory=list)
    made_at: datetime | None = None
    """Said as Last-Modified; None: it says nothing."""
    etag: str | None = None

    @property
    def body(self) -> bytes:
        return orjson.dumps(self.records)


@contextmanager
def running_feed_server() -> Iterator[FeedServer]:
    feed = FeedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = feed.etag is not None and self.headers.get("If-None-Match") == feed.etag
            self.send_response(304 if known else 200)
            if feed.made_at is not None:
                self.send_header("Last-Modified", format_datetime(feed.made_at, usegmt=True))
            if feed.etag is not None:
                self.send_header("ETag", feed.etag)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            if not known:
                self.wfile.write(feed.body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    feed.url = f"http://127.0.0.1:{server.server_port}/feed.json"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield feed
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
