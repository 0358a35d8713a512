"""The door's own way to PostgreSQL: a few connections, every statement a transaction of its own. A
delivery is looked up and kept by two statements; a session, a transaction and SQLAlchemy's pool
around them would take more of the web's time than the rest of the door."""

from collections import deque
from contextlib import suppress
from typing import Any

import psycopg
from flask import Flask, current_app
from psycopg.rows import namedtuple_row

from webapp.config import Config

AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
CONNECT_SECONDS = 5
_IDLE = "door_connections"

Connections = deque[psycopg.Connection[Any]]


def register(app: Flask) -> None:
    idle: Connections = deque()
    app.extensions[_IDLE] = idle


def row_of(statement: str, **parameters: object) -> Any:
    """The statement's row, with its columns by name, or None; what it did is durable then.

    :raise psycopg.OperationalError: PostgreSQL is away.
    """
    idle: Connections = current_app.extensions[_IDLE]
    with suppress(IndexError, *AWAY):
        return _executed(idle.pop(), idle, statement, parameters)
    # None was idle, or one that died meanwhile. Should its statement have been done all the same,
    # this one finds the row.
    return _executed(_connected(), idle, statement, parameters)


def close_connections(app: Flask) -> None:
    idle: Connections = app.extensions[_IDLE]
    while idle:
        idle.pop().close()


def _executed(
    connection: psycopg.Connection[Any],
    idle: Connections,
    statement: str,
    parameters: dict[str, object],
) -> Any:
    try:
        row = connection.execute(statement, parameters).fetchone()
    except BaseException:
        connection.close()
        raise
    idle.append(connection)
    return row


def _connected() -> psycopg.Connection[Any]:
    config: Config = current_app.config["OFFERDOCK"]
    return psycopg.connect(
        config.database_url.replace("+psycopg", "", 1),
        autocommit=True,
        row_factory=namedtuple_row,
        connect_timeout=CONNECT_SECONDS,
    )
