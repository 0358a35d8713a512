"""Answer one request of the demo vendor: the page, the control form, or a feed in its mode."""

import logging
import sys
from base64 import b64encode
from dataclasses import replace
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from demo import sending
from demo.asked import Asked, BadRequest, read_address, read_control, read_mode
from demo.files import FeedFile, FeedFiles, version_of
from demo.modes import BODIES, PRIVATE_ADDRESS, STATUSES, Mode
from demo.page import vendor_page
from demo.state import VendorState

AUTHORIZATION = "Basic " + b64encode(b"demo:demo").decode()
PLAIN = "text/plain; charset=utf-8"
# What a mode breaks on the way must show at each fetch, so these never answer 304.
BROKEN_ON_THE_WAY = (Mode.SLOW, Mode.TRUNCATED, Mode.CUT)
_log = logging.getLogger("demo.vendor")


class VendorServer(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, host: str, port: int, folder: Path) -> None:
        super().__init__((host, port), VendorHandler)
        self.state = VendorState()
        self.files = FeedFiles(folder)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Whoever fetches a misbehaving feed hangs up early; only the unexpected is worth a trace.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class VendorHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: VendorServer

    def do_GET(self) -> None:
        if self.path == "/":
            return self._answer(200, "text/html; charset=utf-8", vendor_page(self.server.state))
        try:
            asked = read_address(self.path)
        except BadRequest as error:
            return self._answer(400, PLAIN, f"{error}\n")
        if asked is None:
            return self._answer(404, PLAIN, "There is nothing here; the feeds are listed at /\n")
        if asked.protected and self.headers["Authorization"] != AUTHORIZATION:
            realm = {"WWW-Authenticate": 'Basic realm="Demo vendor"'}
            return self._answer(401, PLAIN, "User and password are demo.\n", realm)
        set_by_hand = self.server.state.mode(asked.agency) if asked.controlled else Mode.NORMAL
        self._serve(asked, asked.mode if set_by_hand is Mode.NORMAL else set_by_hand)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        length = self.headers["Content-Length"] or "0"
        form = self.rfile.read(int(length)) if length.isdigit() and len(length) < 5 else b""
        parts = urlsplit(self.path)
        values = parse_qs(parts.query) | parse_qs(form.decode(errors="replace"))
        try:
            agency = read_control(parts.path)
            self.server.state.set_mode(agency, read_mode(values.get("mode", [""])[0]))
        except BadRequest as error:
            return self._answer(400, PLAIN, f"{error}\n")
        self._answer(303, PLAIN, "Set.\n", {"Location": "/"})

    def log_message(self, format: str, *args: Any) -> None:
        _log.info(format, *args)

    def _serve(self, asked: Asked, mode: Mode) -> None:
        match mode:
            case Mode.ERROR_500 | Mode.ERROR_503 | Mode.ERROR_404:
                retry = {"Retry-After": "30"} if mode is Mode.ERROR_503 else {}
                self._answer(STATUSES[mode], PLAIN, f"Status {mode} on demand.\n", retry)
            case Mode.REDIRECT | Mode.REDIRECT_PRIVATE:
                real = asked.real_location if mode is Mode.REDIRECT else PRIVATE_ADDRESS
                self._answer(302, PLAIN, "Moved.\n", {"Location": real})
            case Mode.HANG:
                self.close_connection = True
                sending.wait_until_gone(self.connection)
            case Mode.HUGE:
                self._start(200, {"Content-Type": "application/xml", "Connection": "close"})
                if self.command == "GET":
                    sending.send_without_end(self.connection, asked.agency)
            case Mode.EMPTY | Mode.COMMENT | Mode.HTML | Mode.BOMB | Mode.XXE:
                self._answer(200, *BODIES[mode])
            case _:
                self._serve_feed(asked, mode)

    def _serve_feed(self, asked: Asked, mode: Mode) -> None:
        state = self.server.state
        feed = asked.feed
        if not asked.pinned:
            feed = replace(feed, generation=state.generation(asked.counter))
        found = self.server.files.open(version_of(feed, mode))
        with found.file:
            headers = {"Content-Type": "application/xml"}
            if mode is Mode.GZIP:
                headers["Content-Encoding"] = "gzip"
            if mode not in BROKEN_ON_THE_WAY:
                moment = state.last_modified(self.path, found.etag)
                headers |= {
                    "ETag": found.etag,
                    "Last-Modified": format_datetime(moment, usegmt=True),
                }
                if self._is_known(headers):
                    return self._start(304, headers)
            if self.command == "GET" and not asked.pinned:
                state.move_on(asked.counter, feed.generation)
            self._send_feed(found, mode, headers)

    def _send_feed(self, found: FeedFile, mode: Mode, headers: dict[str, str]) -> None:
        part = found.size * 3 // 5
        promised = part if mode is Mode.TRUNCATED else found.size
        self._start(200, headers | {"Content-Length": str(promised)})
        if self.command == "HEAD":
            return
        match mode:
            case Mode.SLOW:
                sending.drip(self.connection, found.file)
            case Mode.CUT:
                self.close_connection = True
                sending.send_part(self.connection, found.file, part)
            case _:
                sending.send_part(self.connection, found.file, promised)

    def _is_known(self, current: dict[str, str]) -> bool:
        """RFC 9110 §13.2.2: with If-None-Match, the date is not looked at."""
        tags = self.headers["If-None-Match"]
        if tags is not None:
            known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
            return current["ETag"] in known or "*" in known
        return bool(self.headers["If-Modified-Since"] == current["Last-Modified"])

    def _answer(
        self,
        status: int,
        content_type: str,
        body: str | bytes,
        headers: dict[str, str] | None = None,
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        facts = {"Content-Type": content_type, "Content-Length": str(len(content))}
        self._start(status, facts | (headers or {}))
        if self.command != "HEAD":
            self.wfile.write(content)

    def _start(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
