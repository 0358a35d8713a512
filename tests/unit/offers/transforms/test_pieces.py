"""Parts of a cell."""

from typing import Any

import pytest

from webapp.offers.transforms import compiled_transform
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.pieces import extract, item, replace, split


def test_a_cell_is_split_into_its_values() -> None:
    assert split("a; b ;;c", separator=";") == ["a", "b", "c"]
    assert split(" a  b ", separator="") == ["a", "b"]


@pytest.mark.parametrize(("index", "value"), [(0, "a"), (2, "c"), (-1, "c"), (3, None), (-4, None)])
def test_one_of_several_values_is_picked(index: int, value: str | None) -> None:
    assert item(["a", "b", "c"], index=index) == value


def test_a_single_value_is_the_first_of_one() -> None:
    assert item("a") == "a"
    assert item("a", index=1) is None


@pytest.mark.parametrize(
    ("text", "params", "found"),
    [
        ("3-СТАЕН, 85 кв.м", {"pattern": "([0-9]+)-стаен"}, "3"),
        ("Floor 2 of 5", {"pattern": "([0-9]+) of ([0-9]+)", "group": 2}, "5"),
        ("Floor 2 of 5", {"pattern": "[0-9]+"}, "2"),
        ("line\n  break 7", {"pattern": "line break ([0-9])"}, "7"),
        ("ground", {"pattern": "[0-9]+"}, None),
        ("ab", {"pattern": "a(x)?b"}, None),
        ("ab", {"pattern": "a", "group": 4}, None),
        (12.0, {"pattern": ".+"}, "12"),
    ],
)
def test_a_pattern_extracts_a_part(text: Any, params: dict[str, Any], found: str | None) -> None:
    assert extract(text, **params) == found


def test_a_pattern_is_replaced() -> None:
    clean = compiled_transform("replace", {"pattern": " ?\\(net\\)", "with": ""})
    assert clean("1200 (NET)") == "1200"
    assert replace("ул. Роза 5", pattern=r"(\p{L}+) ([0-9]+)", with_=r"\2 \1") == "ул. 5 Роза"
    assert replace("x", pattern="x") is None


def test_a_group_that_is_not_there_is_no_fault_of_ours() -> None:
    with pytest.raises(BadValue):
        replace("x", pattern="x", with_=r"\3")


def test_a_pattern_that_cannot_be_used_is_refused_with_the_document() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        compiled_transform("extract", {"pattern": "("})
