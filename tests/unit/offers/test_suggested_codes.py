"""What a vendor's unknown word most likely means."""

import pytest

from webapp.offers.enumerations import Enumeration, codes_of
from webapp.offers.suggested_codes import known_codes, suggested_code


def table(*fields: str) -> Enumeration:
    codes = tuple(code for field in fields for code in codes_of(field))
    return Enumeration("words", fields, codes, complains=True)


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        ("type", "Eigentumswohnung", "apartment"),
        ("type", "Apartament", "apartment"),
        ("status", "verfügbar", "active"),
        ("deals.deal", "zu verkaufen", "sale"),
        ("deals.period", "per night", "day"),
        ("condition", "a estrenar", "new"),
        ("location.country", "Portugall", "PT"),
        ("deals.currency", "in Euro", "EUR"),
        ("features.code", "Schwimmbad", "pool"),
    ],
)
def test_words_of_many_languages_are_recognised(field: str, raw: str, code: str) -> None:
    found = suggested_code(table(field), raw, {})
    assert found is not None
    assert found.code == code


def test_the_whole_phrase_is_surer_than_a_part_of_it() -> None:
    whole, part = (suggested_code(table("type"), raw, {}) for raw in ("villa", "villa xyzzy"))
    assert whole is not None
    assert part is not None
    assert whole.code == part.code == "villa"
    assert whole.confidence > part.confidence


def test_a_word_spelled_nearly_as_one_that_was_explained_means_the_same() -> None:
    found = suggested_code(table("type"), "Pallozza", {"palloza": "house", "other": None})
    assert found is not None
    assert found.code == "house"


def test_nothing_is_suggested_for_what_nothing_resembles() -> None:
    assert suggested_code(table("type"), "qqqzzz", {}) is None
    assert suggested_code(table("energy.class"), "17", {}) is None


def test_features_have_names_of_ours_to_choose_from() -> None:
    assert "pool" in known_codes(table("features.code"))
    assert known_codes(table("status")) == list(codes_of("status"))
