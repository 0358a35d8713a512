"""Whether the engines answer and what they are: asked with little patience, because those who ask
(a probe, a page) must hear of an engine that is away and not wait for it."""

from functools import cache

import psycopg
from alembic.script import ScriptDirectory
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy import make_url

from webapp.config import Config

PATIENCE_SECONDS = 0.25
# psycopg counts in whole seconds, and two are its least.
DATABASE_PATIENCE_SECONDS = 2


def impatient_valkey(config: Config) -> Redis:
    return Redis.from_url(
        config.redis_url,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def valkey_answers(config: Config) -> bool:
    try:
        with impatient_valkey(config) as connection:
            return bool(connection.ping())
    except RedisError:
        return False


def present_migration(config: Config) -> str | None:
    """Which migration the database is at; "" when it has no tables, None when it doesn't answer.

    Over a connection of its own: one of the pool's says nothing about whether there are others.
    """
    address = make_url(config.database_url).set(drivername="postgresql")
    patience = f"-c statement_timeout={DATABASE_PATIENCE_SECONDS * 1000}"
    try:
        with psycopg.connect(
            address.render_as_string(hide_password=False),
            connect_timeout=DATABASE_PATIENCE_SECONDS,
            options=patience,
        ) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return ""
    except psycopg.Error:
        return None
    return str(row[0]) if row else ""


@cache
def newest_migration(config: Config) -> str:
    """The one that this version of the code needs."""
    return str(ScriptDirectory(str(config.migrations_dir)).get_current_head())
