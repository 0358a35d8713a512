"""A vendor's server that is silent for longer than a lease: the run stays with its worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from typing import Any

from kyero_by_hand import feed, records
from pipeline_steps import counters, make_source, run_of, start
from sqlalchemy import Engine, text

from jobs import tasks
from webapp.extensions import db

PATIENCE_SECONDS = 10.0


def lease(engine: Engine) -> datetime:
    with engine.connect() as connection:
        moment: datetime = connection.execute(text("SELECT lease_until FROM runs")).scalar_one()
        return moment


@contextmanager
def vendor_silent_until_the_lease_is_prolonged(engine: Engine) -> Iterator[tuple[str, list[bool]]]:
    """Its host and port, and whether the lease was prolonged before each answer."""
    prolonged: list[bool] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            first, over = lease(engine), Event()
            for _ in range(int(PATIENCE_SECONDS / 0.05)):
                if lease(engine) > first:
                    break
                over.wait(0.05)
            prolonged.append(lease(engine) > first)
            body = feed(records(3)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", prolonged
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_worker_that_waits_for_a_silent_server_keeps_its_run(configure: Any) -> None:
    with vendor_silent_until_the_lease_is_prolonged(db.engine) as (host, prolonged):
        configure(lease_seconds=1, allowed_private_hosts=frozenset({host}))
        run_id = start(make_source(f"http://{host}/feed.xml"))
        tasks.import_run(run_id)
    assert prolonged == [True]
    run = run_of(run_id)
    assert (run.fence, run.error_code) == (1, None)
    assert counters(run) == {"read": 3, "staged": 3}
