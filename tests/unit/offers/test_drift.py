"""A file of another kind is told from one that only has other offers."""

from typing import Any

import pytest

from webapp.offers.drift import drift
from webapp.offers.mapping_document import MappingDocument

BEFORE = {
    "ref": 1.0,
    "verfügbar ab": 0.9,
    "town": 1.0,
    "price.amount": 1.0,
    "price.@currency": 0.8,
    "images.url": 0.9,
    "garden": 0.1,
    "internal.note": 1.0,
}


@pytest.fixture
def document() -> MappingDocument:
    return made(
        fields={
            "location.city": {"path": "town"},
            "available_from": {"path": "verfügbar ab"},
            "areas.garden": {"path": "garden"},
        },
        deals=[
            {
                "fields": {
                    "deal": {"constant": "sale"},
                    "amount": {"path": "price.amount"},
                    "currency": {"path": 'price."@currency"'},
                }
            }
        ],
        media=[{"each": ["images[?url]"], "fields": {"url": {"path": "url"}}}],
    )


def made(**parts: Any) -> MappingDocument:
    start = {"format": 1, "name": "own", "reading": {"container": "xml"}, "id": ["ref"]}
    return MappingDocument.model_validate({**start, **parts})


def test_a_file_with_the_same_paths_is_of_the_same_kind(document: MappingDocument) -> None:
    assert drift(BEFORE, BEFORE, 50, document) is None


def test_what_the_mapping_does_not_read_may_go(document: MappingDocument) -> None:
    now = {path: share for path, share in BEFORE.items() if path != "internal.note"}
    assert drift(BEFORE, now, 50, document) is None


def test_a_seldom_field_is_not_missed(document: MappingDocument) -> None:
    now = {path: share for path, share in BEFORE.items() if path != "garden"}
    assert drift(BEFORE, now, 50, document) is None


def test_one_field_that_is_gone_is_no_other_kind(document: MappingDocument) -> None:
    now = {path: share for path, share in BEFORE.items() if path != "town"}
    assert drift(BEFORE, now, 50, document) is None


def test_without_ids_a_file_is_of_another_kind(document: MappingDocument) -> None:
    now = {path: share for path, share in BEFORE.items() if path != "ref"} | {"id": 1.0}
    found = drift(BEFORE, now, 1, document)
    assert found is not None
    assert (found.gone, found.new) == (("ref",), ("id",))


def test_most_fields_under_other_names_are_another_kind(document: MappingDocument) -> None:
    now = {"ref": 1.0, "city": 1.0, "amount": 1.0, "pictures.url": 1.0}
    found = drift(BEFORE, now, 50, document)
    assert found is not None
    assert set(found.gone) >= {"town", "verfügbar ab", "price.amount", "images.url"}
    assert set(found.new) == {"city", "amount", "pictures.url"}


def test_two_records_with_empty_fields_are_no_other_kind(document: MappingDocument) -> None:
    assert drift(BEFORE, {"ref": 1.0, "town": 1.0}, 2, document) is None
