"""What holds for every transform."""

import contextlib
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.offers.transforms import TRANSFORMS, BadValue, compiled_transform

LETTERS = st.text(alphabet=st.characters(), max_size=40)
FIGURES = st.text(alphabet="0123456789.,'- +€m²/:TZx ", max_size=24)
ADDRESSES = st.text(alphabet=string.printable + "é\ud800", max_size=30).map("http://".__add__)
MARKUP = st.text(alphabet="<>/&;#pbrscript \"'=!-[]\n", max_size=60)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats()
VALUES = (
    LETTERS
    | FIGURES
    | ADDRESSES
    | MARKUP
    | SCALARS
    | st.lists(LETTERS, max_size=2)
    | st.dictionaries(LETTERS, LETTERS, max_size=2)
)


@pytest.mark.parametrize("name", TRANSFORMS)
@given(value=VALUES)
def test_a_transform_raises_nothing_but_bad_value(name: str, value: Any) -> None:
    with contextlib.suppress(BadValue):
        TRANSFORMS[name](value)


@pytest.mark.parametrize("name", ["number", "text", "url", "date", "day", "currency", "coordinate"])
@given(value=LETTERS | FIGURES | ADDRESSES)
def test_a_transformed_value_is_not_changed_again(name: str, value: str) -> None:
    with contextlib.suppress(BadValue):
        once = TRANSFORMS[name](value)
        assert once is None or TRANSFORMS[name](once) == once


def test_parameters_reach_the_transform() -> None:
    split = compiled_transform("split", {"separator": "|"})
    assert split("a|b") == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "params", "complaint"),
    [
        ("magic", {}, "no transform 'magic'"),
        ("text", {"length": 5}, "no parameter 'length'"),
        ("text", {"value": "x"}, "no parameter 'value'"),
        ("text", {"max_length": "five"}, "max_length"),
        ("date", {"zone": "Mars/Phobos"}, "not a time zone"),
        ("number", {"decimal": ";"}, "decimal"),
    ],
)
def test_a_step_that_cannot_work_is_refused(name: str, params: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        compiled_transform(name, params)
