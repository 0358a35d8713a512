"""Paths that lead to values in a record."""

from typing import Any

import pytest

from webapp.offers.paths import JMESPathError, elements_at, value_at, values_at

RECORD: dict[str, Any] = {
    "@id": "7",
    "ref": "A-1",
    "empty": "",
    "zero": 0,
    "price": {"@currency": "EUR", "#text": "100"},
    "surface_area": {"built": "120", "plot": ""},
    "images": {"image": [{"@id": "1", "url": "u1"}, {"@id": "2"}, {"@id": "3", "url": "u3"}]},
    "one": {"image": {"url": "u1"}},
    "many": [{"url": ""}, {"url": "m2"}],
    "Price (EUR)": "99",
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ref", "A-1"),
        ("@id", "7"),
        ("zero", 0),
        ("price", "100"),
        ("price.#text", "100"),
        ("price.@currency", "EUR"),
        ("ref.#text", "A-1"),
        ("surface_area.built", "120"),
        ("images.image.url", "u1"),
        ("one.image.url", "u1"),
        ("many.url", "m2"),
        ("images.image[?\"@id\"=='3'].url | [0]", "u3"),
        ("images.image[-1].url", "u3"),
        ('"Price (EUR)"', "99"),
    ],
)
def test_a_path_finds_its_first_value(path: str, value: Any) -> None:
    assert value_at(path)(RECORD) == value


@pytest.mark.parametrize(
    "path", ["empty", "absent", "absent.too", "ref.deeper", "surface_area.plot", "empty.deeper"]
)
def test_a_path_to_nothing_finds_nothing(path: str) -> None:
    assert value_at(path)(RECORD) is None
    assert values_at(path)(RECORD) == []


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("images.image.url", ["u1", "u3"]),
        ("images.image.@id", ["1", "2", "3"]),
        ("one.image.url", ["u1"]),
        ("ref", ["A-1"]),
        ("images.image[].url", ["u1", "u3"]),
        ("one.image", [{"url": "u1"}]),
    ],
)
def test_a_path_walks_through_lists(path: str, values: list[Any]) -> None:
    assert values_at(path)(RECORD) == values


def test_the_dot_is_the_element_itself() -> None:
    assert value_at(".")("Sea views") == "Sea views"
    assert value_at(".")("") is None
    assert value_at(".")({"@lang": "en", "#text": "Garden"}) == "Garden"


@pytest.mark.parametrize("path", ["", "a..b", ".a", "a[", "a | ", "x" * 301, f"a[{'0' * 300}]"])
def test_a_path_that_cannot_be_read_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        value_at(path)


def test_an_expression_may_fail_on_a_record() -> None:
    with pytest.raises(JMESPathError):
        value_at("abs(ref)")(RECORD)


def test_an_element_of_attributes_alone_is_there_but_has_no_value() -> None:
    record = {"url": [{"@changed": "2026-05-30"}, {"@changed": "2026-05-31", "#text": "b"}]}
    assert value_at("url")(record) == "b"
    assert value_at("#text")(record) is None
    assert value_at(".")({"@changed": "2026-05-30"}) is None
    assert values_at("url")(record) == [{"@changed": "2026-05-30"}, "b"]


def test_elements_keep_their_attributes_and_children() -> None:
    assert elements_at("price")(RECORD) == [{"@currency": "EUR", "#text": "100"}]
    assert elements_at("images.image")(RECORD) == RECORD["images"]["image"]
    assert elements_at("images.image[]")(RECORD) == RECORD["images"]["image"]
    assert elements_at("empty")(RECORD) == elements_at("absent")(RECORD) == []


def test_lists_within_lists_are_one_list() -> None:
    record = {"a": [{"b": [{"c": "1"}, {"c": "2"}]}, {"b": {"c": "3"}}, "text"]}
    assert elements_at("a.b")(record) == [{"c": "1"}, {"c": "2"}, {"c": "3"}]
    assert values_at("a.b.c")(record) == ["1", "2", "3"]
