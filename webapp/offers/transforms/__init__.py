"""The fixed list of transforms a mapping may name. A transform takes a value and its own
parameters and returns the new value, or raises BadValue; adding one is writing one function."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from keyword import iskeyword
from typing import Any

from pydantic import TypeAdapter, ValidationError

from webapp.offers.transforms import (
    areas,
    coordinates,
    currencies,
    dates,
    floors,
    links,
    numbers,
    pieces,
    texts,
    words,
)
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.texts import RichText

__all__ = ["TRANSFORMS", "BadValue", "RichText", "Transform", "compiled_transform"]

Transform = Callable[..., Any]

TRANSFORMS: dict[str, Transform] = {
    "boolean": words.boolean,
    "coordinate": coordinates.coordinate,
    "currency": currencies.currency,
    "currency_in": currencies.currency_in,
    "date": dates.date,
    "day": dates.day,
    "extract": pieces.extract,
    "floor": floors.floor,
    "html": texts.html,
    "integer": numbers.integer,
    "item": pieces.item,
    "lower": texts.lower,
    "number": numbers.number,
    "on_request": numbers.on_request,
    "price": numbers.price,
    "repair": texts.repair,
    "replace": pieces.replace,
    "split": pieces.split,
    "text": texts.text,
    "unit_in": areas.unit_in,
    "upper": texts.upper,
    "url": links.url,
    "zero_is_unknown": numbers.zero_is_unknown,
}


def compiled_transform(name: str, params: Mapping[str, Any]) -> Transform:
    """:raise ValueError: no such transform or parameter, or a parameter it cannot work with"""
    transform = TRANSFORMS.get(name)
    if transform is None:
        raise ValueError(f"there is no transform {name!r}; there are {', '.join(TRANSFORMS)}")
    accepted = inspect.signature(transform).parameters
    # `with` is no name in Python.
    params = {f"{param}_" if iskeyword(param) else param: value for param, value in params.items()}
    for param, value in params.items():
        if param not in accepted or accepted[param].kind is not inspect.Parameter.KEYWORD_ONLY:
            raise ValueError(f"the transform {name!r} takes no parameter {param!r}")
        try:
            TypeAdapter(accepted[param].annotation).validate_python(value, strict=True)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise ValueError(f"{param} of the transform {name!r}: {reason}") from None
    return partial(transform, **params) if params else transform
