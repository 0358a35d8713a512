"""How commands answer: one JSON object on stdout, one plain sentence on stderr, an honest code."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

import click
import orjson
from flask.cli import with_appcontext
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

P = ParamSpec("P")
T = TypeVar("T")


def print_json(value: object) -> None:
    click.echo(orjson.dumps(value))


def refuse(sentence: str) -> NoReturn:
    """End the command: it did not do what was asked."""
    click.echo(sentence, err=True)
    sys.exit(1)


def in_application(command: Callable[P, T]) -> Callable[P, T]:
    """Runs a command with the application's database; engines that fail are a sentence too."""

    @wraps(command)
    def refusing(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except OperationalError as error:
            refuse(f"PostgreSQL can't do it: {first_line(error)}")
        except ProgrammingError as error:
            refuse(
                f"The database is not that of this version ({first_line(error)}). "
                "Run `flask db upgrade` first."
            )
        except RedisError as error:
            refuse(f"Valkey can't be reached: {error}")

    appcontext: Callable[P, T] = with_appcontext(refusing)
    return appcontext


def first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]
