"""The id that a record is known by from run to run."""

from typing import Any

import pytest

from webapp.offers.identity import external_id, id_text
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.reading import Reading

DOCUMENT = MappingDocument(
    format=1, name="own", reading=Reading(container="xml"), id=("id", "abs(id)", "ref")
)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"id": "12", "ref": "A"}, "12"),
        ({"id": "0", "ref": "A"}, "0"),
        ({"id": 0, "ref": "A"}, "0"),
        ({"id": "", "ref": " A\n 1 "}, "A 1"),
        ({"ref": {"@kind": "own", "#text": "A"}}, "A"),
        ({"ref": ["", "B"]}, "B"),
        ({"id": {"deeper": "1"}}, ""),
        ({}, ""),
    ],
)
def test_the_id_is_the_first_path_that_holds_something(record: Any, expected: str) -> None:
    assert external_id(record, DOCUMENT) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(12, "12"), (12.0, "12"), ("a\0b", "ab"), (True, ""), (None, "")]
)
def test_ids_are_compared_as_one_line(value: Any, expected: str) -> None:
    assert id_text(value) == expected
