"""What a vendor's server may say."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from threading import Event

FEED = b"<?xml version='1.0'?><root><property><id>1</id></property></root>"

Answer = Callable[[BaseHTTPRequestHandler], None]


def says(body: bytes = FEED, status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def redirects(target: str, status: int = 302) -> Answer:
    return says(b"", status, Location=target)


def drips(stopping: Event, start: bytes) -> Answer:
    """Sends `start`, then a byte at a time, often enough for no read to time out."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(start)
        while not stopping.wait(0.02):
            request.wfile.write(b"x")

    return answer


def floods(piece: bytes) -> Answer:
    """Never ends, and does not say how much comes."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(piece)

    return answer


def hangs(stopping: Event) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        stopping.wait()

    return answer


def hangs_up(start: bytes) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(start)

    return answer
