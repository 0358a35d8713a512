"""The programs that vendors copy are run as they stand, and what they send is verified."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.serving import make_server

from tests.deliveries import make_webhook
from tests.factories import make_source
from tests.people import make_agency, make_user
from tests.webhook_schemes import ALL, named
from webapp.extensions import db
from webapp.hooks.examples import LANGUAGES, SampleBody, examples
from webapp.hooks.verification import SignedRequest, refusal_of
from webapp.models import Delivery
from webapp.services.webhook_secrets import add_secret

TEXT = '[{"id": "1042", "title": "L\'Áncora \\"del\\" Faro $HOME \\\\ `id`"}]'
BODY = SampleBody(TEXT, "application/json")
PROGRAMS = {
    "curl": (["sh"], "sh", "send.sh"),
    "python": ([sys.executable], sys.executable, "send.py"),
    "php": (["php"], "php", "send.php"),
    "node": (["node"], "node", "send.mjs"),
}


class Receiver(HTTPServer):
    """Keeps what comes, raw."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[SignedRequest] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/lirio"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(urlsplit(self.path).query))
        self.server.received.append(SignedRequest(headers, query, body, "127.0.0.1"))
        self.send_response(202)
        self.end_headers()
        self.wfile.write(b'{"status": "accepted"}')

    def log_message(self, format: str, *args: object) -> None:
        """Not into the tests' output."""


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run_program(language: str, code: str, folder: Path) -> str:
    command, needed, name = PROGRAMS[language]
    if shutil.which(needed) is None:
        pytest.skip(f"{needed} is not installed: the {language} example was not run")
    program = folder / name
    program.write_text(code)
    done = subprocess.run(
        [*command, str(program)], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("scheme", ALL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_sends_what_verification_accepts(
    language: str, scheme: str, receiver: Receiver, tmp_path: Path
) -> None:
    settings, secret = ALL[scheme]
    code = {one.key: one.code for one in examples(settings, receiver.url, BODY)}[language]
    printed = run_program(language, code.replace("YOUR_SECRET", secret), tmp_path)
    sent = receiver.received.pop()
    assert "accepted" in printed
    assert sent.body == TEXT.encode()
    assert sent.header("content-type") == "application/json"
    assert refusal_of(sent, settings, [secret], int(time.time())) is None
    if settings.message_id_header:
        assert sent.header(settings.message_id_header)


@pytest.fixture
def door(app: Flask) -> Iterator[str]:
    """The application as a server of its own, with real sockets."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("scheme", ALL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_is_accepted_by_the_door(
    language: str, scheme: str, door: str, session: scoped_session[Session], tmp_path: Path
) -> None:
    settings, secret = ALL[scheme]
    source = make_source(make_agency("Costa Serena Homes"))
    webhook = make_webhook(source, **named(settings))
    add_secret(webhook, make_user("una@l.example", "Una Prado", agency=source.agency), typed=secret)
    db.session.commit()
    url = f"{door}/hooks/{webhook.public_id}"
    code = {one.key: one.code for one in examples(settings, url, BODY)}[language]
    printed = run_program(language, code.replace("YOUR_SECRET", secret), tmp_path)
    delivery = db.session.scalars(select(Delivery)).one()
    assert f'"delivery":{delivery.id}' in printed.replace(" ", "")
    assert delivery.bytes == len(TEXT.encode())
