"""What the studio's templates say beyond the common words: filters, and the lists of choices."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from webapp.offers.summary import listing_title
from webapp.views.mapping.transform_words import Parameter, parameters
from webapp.views.mapping.values import value_words


def transform_parameters(name: str) -> list[Parameter]:
    """None for a transform that there is no more."""
    try:
        return parameters(name)
    except KeyError:
        return []


def without_query(address: str) -> str:
    return urlsplit(address).path


def plain_value(value: Any) -> str:
    return value_words("", value)


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        transform_parameters=transform_parameters,
        without_query=without_query,
        value_words=plain_value,
        listing_title=listing_title,
    )
