"""psycopg's own connection under the session's transaction, for what SQLAlchemy has no words for:
COPY and binary parameters."""

import psycopg

from webapp.extensions import db


def driver_connection() -> psycopg.Connection[tuple[object, ...]]:
    connection = db.session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection
