"""Conditions as lines that people type, and back."""

import pytest

from webapp.offers.mapping_document import Condition
from webapp.views.forms.condition_lines import (
    UnreadableLine,
    condition_lines,
    conditions_in,
    value_lines,
    values_in,
)


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("status = gone", {"path": "status", "equals": "gone"}),
        ("#event = gone, sold", {"path": "#event", "in": ["gone", "sold"]}),
        ("status != live, draft", {"path": "status", "not_in": ["live", "draft"]}),
        ("status ~ gone.*", {"path": "status", "matches": "gone.*"}),
        ("deleted_at", {"path": "deleted_at", "exists": True}),
    ],
)
def test_a_line_is_a_condition_and_a_condition_that_line(
    line: str, condition: dict[str, object]
) -> None:
    assert conditions_in([line]) == (Condition.model_validate(condition),)
    assert condition_lines(conditions_in([line])) == [line]


def test_blanks_around_the_sign_may_be_left_out() -> None:
    assert condition_lines(conditions_in(["status=gone"])) == ["status = gone"]


@pytest.mark.parametrize("line", ["= gone", "status =", "a[[ = b", "status ~ ((", "!= x"])
def test_a_line_that_is_none_is_refused_with_itself(line: str) -> None:
    with pytest.raises(UnreadableLine, match="“"):
        conditions_in([line])


def test_what_offers_get_of_the_message_is_named_with_a_hash() -> None:
    assert values_in(["event = type", "#Agent = data.agent"]) == {
        "#event": "type",
        "#agent": "data.agent",
    }
    assert value_lines({"#event": "type"}) == ["#event = type"]
    with pytest.raises(UnreadableLine):
        values_in(["event"])
