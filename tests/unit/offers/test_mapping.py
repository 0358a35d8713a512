"""Rules that turn a record into an offer."""

from typing import Any

import pytest

from webapp.offers.mapping import Mapped, MappingDocument, compile_mapping


def mapped(
    record: dict[str, Any], tables: dict[str, dict[str, str | None]] | None = None, **parts: Any
) -> Mapped:
    document = MappingDocument.model_validate(
        {"format": 1, "name": "own", "id": ["id"], "reading": {"container": "xml"}} | parts
    )
    return compile_mapping(document, tables)({"id": "1"} | record)


def field(rule: dict[str, Any], record: dict[str, Any], name: str = "subtype") -> Any:
    return mapped(record, fields={name: rule}).offer.get(name)


def test_a_bare_path_is_read_as_its_target_needs_it() -> None:
    made = mapped(
        {"beds": "3", "m2": "1.250,5", "new": "yes", "web": "http://a.example/x y"},
        fields={
            "bedrooms": {"path": "beds"},
            "areas.built": {"path": "m2"},
            "new_build": {"path": "new"},
            "url": {"path": "web"},
        },
    )
    assert made.offer == {
        "external_id": "1",
        "bedrooms": 3,
        "new_build": True,
        "url": "http://a.example/x%20y",
        "areas": {"built": 1250.5},
    }
    assert made.problems == []


def test_zero_is_a_value() -> None:
    assert field({"path": "n"}, {"n": "0"}, "bedrooms") == 0
    assert field({"path": "n"}, {"n": 0}, "floor") == 0
    assert field({"path": "n"}, {"n": False}, "new_build") is False


def test_the_first_path_that_holds_something_wins() -> None:
    rule = {"paths": ["a", "b.c", "d"], "default": "none of them"}
    assert field(rule, {"a": "", "b": {"c": ["", "second"]}, "d": "third"}) == "second"
    assert field(rule, {"a": " ", "d": "third"}) == "none of them"
    assert field(rule, {}) == "none of them"


def test_a_constant_needs_no_record() -> None:
    assert field({"constant": "always"}, {}) == "always"


@pytest.mark.parametrize(
    ("when", "applies"),
    [
        ({"equals": "LAND"}, True),
        ({"equals": "house"}, False),
        ({"in": ["house", "land"]}, True),
        ({"not_in": ["house", "flat"]}, True),
        ({"not_in": ["land"]}, False),
        ({"exists": True}, True),
        ({"exists": False}, False),
    ],
)
def test_a_rule_applies_under_its_condition(when: dict[str, Any], applies: bool) -> None:
    rule = {"path": "name", "when": {"path": "kind"} | when}
    assert field(rule, {"kind": " Land ", "name": "x"}) == ("x" if applies else None)


def test_absence_can_be_a_condition() -> None:
    rule = {"path": "name", "when": {"path": "kind", "exists": False}}
    assert field(rule, {"kind": "", "name": "x"}) == "x"


def test_transforms_come_before_the_conversion() -> None:
    rule = {"path": "n", "transforms": [{"name": "zero_is_unknown"}]}
    assert field(rule, {"n": "0"}, "parking") is None
    assert field(rule, {"n": "2"}, "parking") == 2


def test_a_bad_value_is_left_out_with_a_problem() -> None:
    made = mapped({"beds": "many"}, fields={"bedrooms": {"path": "beds"}})
    assert "bedrooms" not in made.offer
    (problem,) = made.problems
    assert (problem.code, problem.field, problem.raw) == ("bad_number", "bedrooms", "many")


def test_an_unknown_word_is_kept_beside_the_offer_and_reported() -> None:
    made = mapped({"kind": "Castle"}, fields={"type": {"path": "kind", "default": "other"}})
    assert made.offer["type"] == "other"
    assert made.offer["extra"] == {"unmapped": {"type": "Castle"}}
    assert [problem.code for problem in made.problems] == ["unknown_value"]


def test_the_sources_value_map_wins_over_the_presets() -> None:
    parts: dict[str, Any] = {
        "values": {"types": {"Casa": "house", "Chalet": "house"}},
        "fields": {"type": {"path": "kind", "values": "types"}},
    }
    tables: dict[str, dict[str, str | None]] = {"types": {"CHALET": "villa", "Nada": None}}
    assert mapped({"kind": "casa"}, tables, **parts).offer["type"] == "house"
    assert mapped({"kind": "chalet"}, tables, **parts).offer["type"] == "villa"
    ignored = mapped({"kind": "nada"}, tables, **parts)
    assert "type" not in ignored.offer
    assert ignored.problems == []


def test_countries_are_known_by_name_and_code() -> None:
    rule = {"location.country": {"path": "c"}}
    places = [
        mapped({"c": word}, fields=rule).offer["location"] for word in ("Spain", "pt", "България")
    ]
    assert places == [{"country": "ES"}, {"country": "PT"}, {"country": "BG"}]


def test_a_list_of_texts_gathers_every_path() -> None:
    rule = {"paths": ["tel", "mobile"], "transforms": [{"name": "split", "params": {}}]}
    made = mapped({"tel": ["1, 2", ""], "mobile": "2"}, fields={"contact.phones": rule})
    assert made.offer["contact"] == {"phones": ["1", "2"]}


def test_extra_fields_keep_what_they_find() -> None:
    made = mapped(
        {"a": {"b": "1"}, "c": ["x", "y"]},
        fields={"extra.a": {"path": "a"}, "extra.c": {"path": "c"}, "extra.d": {"path": "d"}},
    )
    assert made.offer["extra"] == {"a": {"b": "1"}, "c": ["x", "y"]}


def test_an_expression_that_fails_is_a_problem_of_its_field() -> None:
    made = mapped({"beds": "3"}, fields={"bedrooms": {"path": "abs(beds)"}})
    assert "bedrooms" not in made.offer
    assert [(problem.code, problem.field) for problem in made.problems] == [
        ("rule_failed", "bedrooms")
    ]


def test_equal_problems_of_a_field_are_told_once() -> None:
    block = {"each": ["photo"], "fields": {"url": {"path": "."}}}
    made = mapped({"photo": ["a.jpg", "b.jpg", "http://a.example/c.jpg"]}, media=[block])
    assert [problem.raw for problem in made.problems] == ["a.jpg"]
    assert [medium["url"] for medium in made.offer["media"]] == ["http://a.example/c.jpg"]


def test_the_id_is_empty_when_the_record_has_none() -> None:
    assert mapped({"id": " "}).offer["external_id"] == ""
