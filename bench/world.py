"""A world of its own for a benchmark or a chaos run: fresh engines, demo vendor, workers."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from webapp import create_app
from webapp.config import REPOSITORY, Config
from webapp.embedded import environment_with_engines, postgres, valkey
from webapp.extensions import db
from webapp.models import Agency, Run, Source, Trigger
from webapp.services.accounts import create_agency
from webapp.services.runs import start_run
from webapp.services.sources import SourceSettings, create_source

OPEN = "('queued', 'fetching', 'reading', 'applying')"


@dataclass
class World:
    app: Flask
    folder: Path
    env: dict[str, str]
    vendor: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command], cwd=REPOSITORY, env=self.env, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.processes[name] = process
        return process

    def start_worker(self, role: str, name: str = "") -> subprocess.Popen[bytes]:
        return self.start(name or role, "worker.py", role)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                # Also what it has forked.
                os.killpg(process.pid, signal.SIGKILL)

    def source(self, name: str, location: str) -> int:
        """A new source of a feed address; returns its id."""
        with self.app.app_context():
            agency = db.session.query(Agency).first() or create_agency("Costa Bench")
            made = create_source(agency, SourceSettings(name, location, "kyero_v3"))
            made.next_run_at = None
            db.session.commit()
            return made.id

    def begin_run(self, source_id: int, trigger: Trigger = Trigger.SCHEDULE) -> int:
        with self.app.app_context():
            run = start_run(db.session.get_one(Source, source_id), trigger=trigger)
            db.session.commit()
            return run.id

    def finished_run(self, run_id: int, seconds: float = 600) -> Run:
        """Wait for the end of a run; returns it detached."""

        def is_over() -> bool:
            state = db.session.scalar(text(f"SELECT state IN {OPEN} FROM runs WHERE id={run_id}"))
            db.session.rollback()
            return not state

        with self.app.app_context():
            wait_until(is_over, seconds)
            run = db.session.get_one(Run, run_id)
            db.session.expunge(run)
            return run

    def sql(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        with self.app.app_context():
            rows = db.session.execute(text(statement), values)
            found = [tuple(row) for row in rows] if rows.returns_rows else []  # type: ignore[attr-defined]
            db.session.commit()
            return found


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> None:
    """:raise TimeoutError: when it doesn't come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"Not true after {seconds} s")
        time.sleep(pause)


def wait_until_open(port: int, seconds: float = 30) -> None:
    """:raise TimeoutError: when nobody listens there in time."""

    def is_open() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(is_open, seconds)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def world(**settings: str) -> Iterator[World]:
    """Engines, a migrated database and the demo vendor; workers are started by name."""
    folder = Path(tempfile.mkdtemp(prefix="offerdock-bench-", dir="/tmp"))
    folder.chmod(0o755)
    port = free_port()
    own = {
        "OFFERDOCK_DATA": str(folder),
        "SECRET_KEY": "bench-only-" + "x" * 40,
        "ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "SPOOL_DIR": str(folder / "spool"),
        "ALLOWED_PRIVATE_HOSTS": f"127.0.0.1:{port}",
        **settings,
    }
    env = {**os.environ, **environment_with_engines(own)}
    app = create_app(Config.from_env(env))
    with app.app_context():
        upgrade()
    made = World(app, folder, env, f"http://127.0.0.1:{port}")
    try:
        made.start("vendor", "-m", "demo.vendor", "--port", str(port))
        wait_until_open(port)
        yield made
    finally:
        made.stop()
        with app.app_context():
            db.engine.dispose()
        valkey.stop(folder / "valkey")
        postgres.stop(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)
