"""Real engines for the whole test run, and a clean database for each test that asks for one."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_migrate import upgrade
from psycopg.errors import DeadlockDetected
from redis import Redis
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from webapp import create_app
from webapp.config import Config
from webapp.embedded import environment_with_engines
from webapp.extensions import db
from webapp.hooks.database import close_connections

EMPTYING_TRIES = 5


class SeparateRequests(FlaskClient):
    """Each request has an application context of its own, as on a server.

    Flask would reuse the one that a test holds open, and with it who was logged in before.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def engines() -> dict[str, str]:
    """The environment of engines of the tests' own: the wheels', or those that TEST_* name."""
    folder = Path(tempfile.mkdtemp(prefix="offerdock-test-", dir="/tmp"))
    folder.chmod(0o755)
    env = {
        "OFFERDOCK_DATA": str(folder),
        "SECRET_KEY": "tests-only-" + "x" * 40,
        "ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "SPOOL_DIR": str(folder / "spool"),
        "LEASE_SECONDS": "5",
    }
    for name in ("DATABASE_URL", "REDIS_URL"):
        if url := os.environ.get(f"TEST_{name}"):
            env[name] = url
    # Registered before the engines register their own end, so it runs after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return environment_with_engines(env)


@pytest.fixture(scope="session")
def config(engines: dict[str, str]) -> Config:
    return Config.from_env(engines)


@pytest.fixture(scope="session")
def _migrated_app(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    app.config["TESTING"] = True
    app.test_client_class = SeparateRequests
    with app.app_context():
        upgrade()
    yield app
    close_connections(app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(_migrated_app: Flask) -> Iterator[Flask]:
    """The application over an empty, migrated database and an empty Valkey."""
    with _migrated_app.app_context():
        empty_engines()
    yield _migrated_app


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def valkey(app: Flask) -> Redis:
    connection: Redis = app.extensions["valkey"]
    return connection


def _empty_tables() -> None:
    tables = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
    # Who still holds a lock is at fault; the test that comes next doesn't wait for it for ever.
    db.session.execute(text("SET LOCAL lock_timeout = '60s'"))
    db.session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    db.session.commit()


def empty_engines() -> None:
    for tries_left in range(EMPTYING_TRIES - 1, -1, -1):
        try:
            _empty_tables()
            break
        except OperationalError as error:
            db.session.rollback()
            # A page of the test before may still ask its server for something.
            if not isinstance(error.orig, DeadlockDetected) or not tries_left:
                raise
    current_app.extensions["valkey"].flushall()
