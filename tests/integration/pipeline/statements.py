"""Notes what is sent to PostgreSQL, by SQLAlchemy and by psycopg directly alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from webapp.extensions import db


@contextmanager
def sent_statements() -> Iterator[list[str]]:
    """Every statement sent while it lasts, on connections taken from the pool meanwhile."""
    sent: list[str] = []

    class NotingCursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> "NotingCursor":
            sent.append(" ".join(str(query).split()))
            return super().execute(query, *args, **kwargs)

        def executemany(self, query: Any, params_seq: Any, **kwargs: Any) -> None:
            params = list(params_seq)
            sent.extend([" ".join(str(query).split())] * len(params))
            super().executemany(query, params, **kwargs)

    def note(connection: Any, *_: object) -> None:
        connection.cursor_factory = NotingCursor

    def stop(connection: Any, *_: object) -> None:
        connection.cursor_factory = psycopg.Cursor

    db.session.remove()
    event.listen(db.engine, "checkout", note)
    event.listen(db.engine, "checkin", stop)
    try:
        yield sent
    finally:
        db.session.remove()
        event.remove(db.engine, "checkout", note)
        event.remove(db.engine, "checkin", stop)
