"""Latitudes and longitudes as vendors write them."""

from typing import Any

import pytest

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.coordinates import coordinate


@pytest.mark.parametrize(
    ("spelling", "degrees"),
    [("37.935649", 37.935649), (" -0.768823", -0.768823), ("42,5", 42.5), (23, 23.0)],
)
def test_coordinates_are_decimal_degrees(spelling: Any, degrees: float) -> None:
    assert coordinate(spelling) == degrees


@pytest.mark.parametrize("bad", ["37° 56' N", "north", "nan", "inf", None, [1], 10**400])
def test_other_coordinates_are_refused(bad: Any) -> None:
    with pytest.raises(BadValue) as refused:
        coordinate(bad)
    assert refused.value.code == "bad_coordinates"
