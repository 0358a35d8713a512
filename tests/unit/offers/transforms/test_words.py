"""Words that stand for yes, no and codes."""

from typing import Any

import pytest

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.words import boolean, language_lookup, lookup


@pytest.mark.parametrize(
    "yes",
    [True, 1, 1.0, "1", "true", "TRUE", " Yes ", "да", "Sí", "oui", "ja", "има", "Ναι", "Private"],
)
def test_yes_in_many_languages(yes: Any) -> None:
    assert boolean(yes) is True


@pytest.mark.parametrize(
    "no", [False, 0, "0", "false", "No", "не", "нет", "nein", "não", "няма", "yok"]
)
def test_no_in_many_languages(no: Any) -> None:
    assert boolean(no) is False


@pytest.mark.parametrize("neither", ["maybe", "2", "", None, [1]])
def test_neither_yes_nor_no_is_refused(neither: Any) -> None:
    with pytest.raises(BadValue) as refused:
        boolean(neither)
    assert refused.value.code == "bad_boolean"


def test_a_value_map_ignores_case_and_white_space() -> None:
    translate = lookup({"Town House": "townhouse"}, ["villa"], complain=True)
    assert translate(" town   HOUSE") == "townhouse"
    assert translate("Villa") == "villa"


def test_a_row_without_a_code_leaves_the_value_out_quietly() -> None:
    assert lookup({"x": None}, (), complain=True)("X") is None


def test_an_unknown_word_is_a_complaint_only_where_it_matters() -> None:
    with pytest.raises(BadValue) as refused:
        lookup({}, (), complain=True)("castle")
    assert refused.value.code == "unknown_value"
    assert lookup({}, (), complain=False)("castle") is None


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        ("EN", "en"),
        ("pt_br", "pt-BR"),
        ("pt-BR", "pt-BR"),
        ("en_GB", "en-GB"),
        ("EN-us", "en-US"),
        ("zh-Hans", "zh-Hans"),
        ("us", "en"),
        ("uk", "uk"),
        ("English", "en"),
        ("Deutsch", "de"),
        ("Английски", "en"),
        ("български", "bg"),
        ("eng", "en"),
        ("ger", "de"),
        ("own", "fr"),
    ],
)
def test_languages_become_bcp_47_tags(given: str, tag: str) -> None:
    assert language_lookup({"own": "fr"})(given) == tag


def test_a_preset_may_say_that_uk_is_english() -> None:
    assert language_lookup({"uk": "en"})("UK") == "en"


@pytest.mark.parametrize("bad", ["klingon", "", "en-", "en-12", "und", None])
def test_an_unknown_language_is_refused(bad: Any) -> None:
    with pytest.raises(BadValue) as refused:
        language_lookup({})(bad)
    assert refused.value.code == "unknown_language"
