"""When a rule applies."""

from typing import Any

import pytest

from webapp.offers.conditions import conditions_hold
from webapp.offers.mapping_document import Condition

RECORD = {"@status": "Sold ", "kind": {"house": ""}, "beds": 2, "tags": ["a", "B"]}


def holds(*conditions: dict[str, Any]) -> bool:
    return conditions_hold(tuple(Condition.model_validate(one) for one in conditions))(RECORD)


@pytest.mark.parametrize(
    "condition",
    [
        {"path": "@status", "equals": "sold"},
        {"path": "@status", "in": ["leased", "SOLD"]},
        {"path": "@status", "matches": "sol[a-f]"},
        {"path": "@status", "not_in": ["current"]},
        {"path": "tags", "equals": "b"},
        {"path": "beds", "equals": 2},
        {"path": "beds", "matches": "[0-9]+"},
        {"path": "kind.#names", "equals": "House"},
        {"path": "kind.house", "exists": False},
        {"path": "tags", "exists": True},
    ],
)
def test_a_condition_holds(condition: dict[str, Any]) -> None:
    assert holds(condition)


@pytest.mark.parametrize(
    "condition",
    [
        {"path": "@status", "matches": "sol"},
        {"path": "tags", "not_in": ["b", "c"]},
        {"path": "absent", "equals": ""},
        {"path": "absent", "matches": ".*"},
    ],
)
def test_a_condition_does_not_hold(condition: dict[str, Any]) -> None:
    assert not holds(condition)


def test_of_several_conditions_all_must_hold() -> None:
    sold, two = {"path": "@status", "equals": "sold"}, {"path": "beds", "equals": 2}
    assert holds(sold, two)
    assert not holds(sold, {"path": "beds", "equals": 3})
    assert not holds({"path": "beds", "equals": 3}, sold)
