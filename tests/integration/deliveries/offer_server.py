"""A vendor's server that tells of one offer at a time, and how it was asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote

import orjson


@dataclass
class OfferServer:
    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    """By path, unquoted: what it answers as JSON, or a status; anything else is not found."""
    asked: list[str] = field(default_factory=list)
    authorizations: set[str] = field(default_factory=set)

    @property
    def detail_url(self) -> str:
        return f"{self.url}/offers/{{id}}"


@contextmanager
def running_offer_server() -> Iterator[OfferServer]:
    offers = OfferServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            offers.asked.append(self.path)
            offers.authorizations.add(self.headers.get("Authorization", ""))
            answer = offers.answers.get(unquote(self.path), 404)
            status, body = (answer, b"") if isinstance(answer, int) else (200, _bytes(answer))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    offers.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield offers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _bytes(answer: Any) -> bytes:
    return answer if isinstance(answer, bytes) else orjson.dumps(answer)
