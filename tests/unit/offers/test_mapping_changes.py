"""Two versions of a mapping are told apart part by part, in lines that people can read."""

from typing import Any

import pytest

from webapp.offers.mapping_changes import MappingChange, mapping_changes, rules_line
from webapp.offers.mapping_document import MappingDocument
from webapp.presets import load_preset, preset_names


def made(**parts: Any) -> MappingDocument:
    start = {"format": 1, "name": "own", "reading": {"container": "xml"}, "id": ["ref"]}
    return MappingDocument.model_validate({**start, **parts})


def test_equal_documents_have_no_changes() -> None:
    document = load_preset("kyero_v3")
    assert mapping_changes(document, document) == []


def test_a_confirmed_proposal_is_no_change() -> None:
    before = made(fields={"location.city": {"path": "town", "confidence": 0.7}})
    assert mapping_changes(before, made(fields={"location.city": {"path": "town"}})) == []


def test_fields_are_added_changed_and_removed() -> None:
    before = made(fields={"location.city": {"path": "town"}, "floor": {"path": "level"}})
    after = made(fields={"location.city": {"paths": ["city", "town"]}, "rooms": {"path": "rooms"}})
    assert mapping_changes(before, after) == [
        MappingChange("changed", "location.city", "town", "city, town"),
        MappingChange("added", "rooms", "", "rooms"),
        MappingChange("removed", "floor", "level", ""),
    ]


def test_lists_are_told_apart_by_their_fields() -> None:
    before = made(media=[{"each": ["images.image"], "fields": {"url": {"path": "url"}}}])
    after = made(media=[{"each": ["photos.photo"], "fields": {"url": {"path": "."}}}])
    assert mapping_changes(before, after) == [
        MappingChange("changed", "media.url", "images.image: url", "photos.photo: .")
    ]


def test_the_reading_the_ids_and_the_values_count_too() -> None:
    after = made(
        id=["id"],
        reading={"container": "xml", "record_paths": ["/a/b"]},
        values={"types": {"piso": "apartment", "x": None}},
    )
    changes = {change.part: change.after for change in mapping_changes(made(), after)}
    assert changes == {
        "id": "id",
        "reading": "container xml, record_paths /a/b",
        "values.types": "piso = apartment, x = –",
    }


def test_a_rule_is_one_line() -> None:
    document = made(
        values={"types": {}},
        fields={
            "type": {
                "paths": ["kind", "type"],
                "transforms": [{"name": "split", "params": {"separator": ";"}}],
                "values": "types",
                "when": {"path": "gone", "exists": False},
                "default": "house",
            }
        },
    )
    assert rules_line(document.fields["type"]) == (
        "kind, type › split(separator ;) · values types · if gone exists False · default house"
    )


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_can_be_told_from_an_empty_one(name: str) -> None:
    changes = mapping_changes(made(), load_preset(name))
    assert changes
    assert not any("': " in change.after for change in changes)
