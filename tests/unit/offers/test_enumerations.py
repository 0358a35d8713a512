"""Which words a mapping looks up, and what they mean."""

from typing import Any

import pytest

from webapp.offers.enumerations import collected_words, compiled_meanings, enumerations
from webapp.offers.mapping import MappingDocument, compile_mapping
from webapp.offers.mapping_document import as_data
from webapp.presets import load_preset, preset_names


def document(**parts: Any) -> MappingDocument:
    return MappingDocument.model_validate(
        {
            "format": 1,
            "name": "costa",
            "reading": {"container": "xml", "record_paths": ["/root/property"]},
            "id": ["id"],
            **parts,
        }
    )


KYERO = {
    "id": "C-1",
    "type": "Cave  house",
    "country": "Spania",
    "currency": "Pesos",
    "price": "120000",
    "price_freq": "sale",
    "features": {"feature": ["Pool", "Wine cellar"]},
}


def test_the_words_of_a_kyero_record_are_those_that_its_rules_look_up() -> None:
    words = collected_words(load_preset("kyero_v3"))(KYERO)
    assert ("types", "Cave house") in words
    assert ("location.country", "Spania") in words
    assert ("deals.currency", "Pesos") in words
    assert ("features", "Wine cellar") in words
    assert ("deals", "sale") in words
    assert len(words) == len(set(words))


@pytest.mark.parametrize("name", preset_names())
def test_every_table_of_a_shipped_preset_is_an_enumeration(name: str) -> None:
    preset = load_preset(name)
    listed = enumerations(preset)
    assert named_tables(as_data(preset)) <= {enumeration.table for enumeration in listed}
    assert all(enumeration.fields for enumeration in listed)


def named_tables(part: Any) -> set[str]:
    """The tables that rules anywhere in a stored mapping name."""
    if isinstance(part, list):
        return {table for item in part for table in named_tables(item)}
    if not isinstance(part, dict):
        return set()
    own = {part["values"]} if isinstance(part.get("values"), str) else set()
    return own | {table for item in part.values() for table in named_tables(item)}


def test_words_are_collected_after_the_transforms_that_come_before_the_look_up() -> None:
    mapping = document(
        fields={
            "type": {
                "path": "kind",
                "transforms": [{"name": "extract", "params": {"pattern": "^[a-z]+"}}],
                "values": "types",
            }
        }
    )
    assert collected_words(mapping)({"id": "1", "kind": "finca / rustic"}) == [("types", "finca")]


def test_the_second_rule_is_asked_only_where_the_first_gives_nothing() -> None:
    mapping = document(
        values={"sub": {"attic": "penthouse"}, "main": {"flat": "apartment"}},
        fields={
            "type": [
                {"path": "sub", "values": "sub", "unknown": "ignore"},
                {"path": "main", "values": "main"},
            ]
        },
    )
    words = collected_words(mapping)
    assert words({"id": "1", "sub": "attic", "main": "flat"}) == [("sub", "attic")]
    assert words({"id": "2", "sub": "odd", "main": "flat"}) == [("sub", "odd"), ("main", "flat")]
    decided = collected_words(mapping, {"sub": {"odd": "studio"}})
    assert decided({"id": "2", "sub": "odd", "main": "flat"}) == [("sub", "odd")]


def test_words_of_blocks_are_found_under_their_conditions_and_cut_at_their_separator() -> None:
    mapping = document(
        features=[
            {
                "each": ["extras"],
                "split": ";",
                "when": {"path": "kind", "equals": "flat"},
                "fields": {"code": {"path": ".", "values": "extras", "unknown": "ignore"}},
            }
        ]
    )
    words = collected_words(mapping)
    assert words({"id": "1", "kind": "flat", "extras": "lift; sauna;lift"}) == [
        ("extras", "lift"),
        ("extras", "sauna"),
    ]
    assert words({"id": "2", "kind": "plot", "extras": "lift"}) == []


def test_units_of_areas_are_words_of_their_table() -> None:
    mapping = document(
        fields={"areas.plot": {"path": "plot.#text", "unit": "plot.@u", "values": "units"}}
    )
    record = {"id": "1", "plot": {"@u": "tarea", "#text": "3"}}
    assert collected_words(mapping)(record) == [("units", "tarea")]
    assert "hectare" in enumerations(mapping)[0].codes


def test_a_word_means_what_a_person_the_mapping_or_everybody_says() -> None:
    mapping = document(
        values={"types": {"Flat": "apartment", "Nothing": None}},
        fields={
            "type": {"path": "kind", "values": "types"},
            "location.country": {"path": "country"},
        },
        deals=[{"fields": {"currency": {"path": "cur"}, "deal": {"constant": "sale"}}}],
    )
    meaning = compiled_meanings(mapping, {"types": {"riad": "townhouse", "flat": "studio"}})
    said = {
        (table, raw): (meaning(table, raw).code, meaning(table, raw).origin)
        for table, raw in (
            ("types", "RIAD"),
            ("types", "flat"),
            ("types", "nothing"),
            ("types", "Villa"),
            ("types", "cave"),
            ("location.country", "España"),
            ("location.country", "Spania"),
            ("deals.currency", "лв"),
            ("deals.currency", "Pesos"),
        )
    }
    assert said == {
        ("types", "RIAD"): ("townhouse", "decision"),
        ("types", "flat"): ("studio", "decision"),
        ("types", "nothing"): (None, "mapping"),
        ("types", "Villa"): ("villa", "itself"),
        ("types", "cave"): (None, "unknown"),
        ("location.country", "España"): ("ES", "itself"),
        ("location.country", "Spania"): ("ES", "itself"),
        ("deals.currency", "лв"): ("BGN", "itself"),
        ("deals.currency", "Pesos"): (None, "unknown"),
    }


def test_decisions_about_fields_without_a_table_are_followed() -> None:
    mapping = document(
        fields={"location.country": {"path": "country"}},
        deals=[
            {
                "fields": {
                    "deal": {"constant": "sale"},
                    "amount": {"path": "price"},
                    "currency": {"path": "cur"},
                }
            }
        ],
    )
    record = {"id": "1", "country": "The coast", "cur": "Duros", "price": "10"}
    tables = {"location.country": {"the coast": "ES"}, "deals.currency": {"duros": "EUR"}}
    offer = compile_mapping(mapping, tables)(record).offer
    assert offer["location"] == {"country": "ES"}
    assert offer["deals"][0]["currency"] == "EUR"
    undecided = compile_mapping(mapping)(record)
    assert {problem.field for problem in undecided.problems} == {
        "location.country",
        "deals.currency",
    }
