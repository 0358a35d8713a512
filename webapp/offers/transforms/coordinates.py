"""Coordinates in decimal degrees; whether they can be right is places.py's business."""

import math
from typing import Any

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.numbers import NOTHING


def coordinate(value: Any) -> float | None:
    """:raise BadValue: bad_coordinates"""
    if isinstance(value, str) and value in NOTHING:
        return None
    try:
        degrees = float(value.strip(" °").replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        raise BadValue("bad_coordinates") from None
    if not math.isfinite(degrees):
        raise BadValue("bad_coordinates")
    return round(degrees, 7)
