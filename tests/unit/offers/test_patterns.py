"""Regular expressions in mapping documents."""

import pytest

from webapp.offers.patterns import compiled_pattern, searchable


def test_patterns_ignore_case_in_every_alphabet() -> None:
    assert compiled_pattern("тристаен").fullmatch("ТРИСТАЕН")
    assert compiled_pattern(r"\p{L}+haus").fullmatch("Mehrfamilienhaus")
    assert not compiled_pattern("sold").fullmatch("sold stc")


def test_no_pattern_takes_long() -> None:
    assert not compiled_pattern("(a*)*(a*)*b").fullmatch("a" * 5_000)


@pytest.mark.parametrize(
    "unreadable", ["(", "(?=a)b", r"(a)\1", r"\w+", r"[\w-]+", r"a\b", "a" * 301, "a{5000}"]
)
def test_a_pattern_that_cannot_be_used_is_refused(unreadable: str) -> None:
    with pytest.raises(ValueError, match="the pattern"):
        compiled_pattern(unreadable)


def test_a_backslash_before_w_is_no_class_of_letters() -> None:
    assert compiled_pattern(r"a\\w").fullmatch(r"a\w")


def test_any_text_can_be_searched() -> None:
    assert compiled_pattern("a.*").search(searchable("b a\ud800" + "x" * 50_000))
