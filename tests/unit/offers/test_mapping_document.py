"""The document that a mapping is stored as, and the mistakes in one."""

from typing import Any

import pytest
from pydantic import ValidationError

from webapp.offers.mapping_document import MappingDocument

LEAST: dict[str, Any] = {"format": 1, "name": "own", "id": ["id"], "reading": {"container": "xml"}}


def test_a_document_survives_the_way_through_json() -> None:
    document = MappingDocument.model_validate(
        LEAST
        | {
            "values": {"types": {"Casa": "house", "x": None}},
            "fields": {
                "bedrooms": {"path": "beds", "when": {"path": "kind", "in": ["house"]}},
                "type": {"paths": ["kind", "type"], "values": "types", "default": "other"},
            },
            "texts": [
                {"by_language": {"title": "title"}},
                {"fields": {"lang": {"constant": "en"}, "title": {"path": "name"}}},
            ],
            "media": [{"each": ["photo"], "fields": {"url": {"path": "."}}}],
        }
    )
    stored = document.model_dump_json(by_alias=True)
    assert MappingDocument.model_validate_json(stored) == document
    in_memory = document.model_dump(mode="json")
    assert MappingDocument.model_validate(in_memory) == document


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        ({"format": 2}, "format"),
        ({"id": []}, "id"),
        ({"id": ["a["]}, "cannot be read"),
        ({"surprise": 1}, "surprise"),
        ({"fields": {"colour": {"path": "c"}}}, "no field 'colour'"),
        ({"fields": {"deals.amount": {"path": "c"}}}, "no field 'deals.amount'"),
        ({"fields": {"extra.": {"path": "c"}}}, "no field 'extra.'"),
        ({"fields": {"rooms": {}}}, "exactly one of path, paths, constant"),
        ({"fields": {"rooms": {"path": "a", "constant": 1}}}, "exactly one of path"),
        ({"fields": {"rooms": {"path": "a..b"}}}, "is not like"),
        ({"fields": {"rooms": {"path": "a", "transforms": [{"name": "eval"}]}}}, "no transform"),
        ({"fields": {"rooms": {"path": "a", "when": {"path": "b"}}}}, "exactly one of equals"),
        (
            {"fields": {"rooms": {"path": "a", "when": {"path": "b", "equals": 1, "in": [1]}}}},
            "exactly one of equals",
        ),
        ({"deals": [{"fields": {"colour": {"path": "a"}}}]}, "deals have no 'colour'"),
        ({"texts": [{"by_language": {"colour": "a"}}]}, "texts have no 'colour'"),
        ({"media": [{"fields": {}}]}, "media"),
    ],
)
def test_a_document_with_a_mistake_says_which(part: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        MappingDocument.model_validate(LEAST | part)
