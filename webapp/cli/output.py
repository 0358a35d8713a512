"""How commands answer: one JSON object on stdout, one plain sentence on stderr, an honest code."""

import sys
from typing import NoReturn

import click
import orjson


def print_json(value: object) -> None:
    click.echo(orjson.dumps(value))


def refuse(sentence: str) -> NoReturn:
    """End the command: it did not do what was asked."""
    click.echo(sentence, err=True)
    sys.exit(1)
