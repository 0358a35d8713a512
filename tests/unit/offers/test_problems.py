"""The words of problems."""

import pytest

from webapp.offers.problems import PROBLEMS, RAW_LENGTH, problem


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_says_what_is_wrong_and_what_to_do(code: str) -> None:
    found = problem(code, "areas.built", "x", limit=5)
    assert found.severity in ("error", "warning", "info")
    assert found.message.endswith(".") or found.message.endswith("x")
    assert "%(" not in found.message
    assert found.hint.endswith(".")
    assert "%(" not in found.hint


def test_a_problem_names_the_field_in_words_and_quotes_the_value() -> None:
    found = problem("bad_number", "areas.living", "big")
    assert found.message == "The living area “big” is not a number, so it was left out."
    assert (found.field, found.raw) == ("areas.living", "big")


def test_long_values_are_cut() -> None:
    found = problem("bad_number", "rooms", "9" * 1000)
    assert found.raw == "9" * RAW_LENGTH
    assert f"“{'9' * 60}…”" in found.message


def test_values_of_any_kind_become_storable_text() -> None:
    assert problem("bad_value", "rooms", "a\0\ud800b").raw == "a?b"
    assert problem("bad_value", "rooms", {"a": [1]}).raw == "{'a': [1]}"


def test_an_unknown_code_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        problem("no_such_code")
