"""What a mapping makes of one record, field by field, and of one rule step by step."""

from typing import Any

from webapp.offers.mapping_document import MappingDocument, Rule
from webapp.offers.mapping_edits import parsed_address
from webapp.offers.mapping_preview import preview_of
from webapp.offers.rule_trace import Trace, rule_trace

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "name": "harbour",
    "reading": {"container": "xml", "record_paths": ["/root/home"]},
    "id": ["id"],
    "withdrawn_when": [{"path": "state", "equals": "gone"}],
    "fields": {
        "type": {"path": "kind", "values": "types"},
        "areas.plot": {"path": "plot"},
        "location.city": {"path": "town"},
    },
    "deals": [{"fields": {"deal": {"constant": "sale"}, "amount": {"path": "price"}}}],
    "texts": [{"fields": {"description": {"path": "about"}}}],
    "media": [{"each": ["images.image"], "fields": {"url": {"path": "url"}}}],
    "values": {"types": {"villa": "villa"}},
}
RECORD: dict[str, Any] = {
    "id": "H-1",
    "kind": "Villa",
    "plot": "1 ha",
    "town": " Puerto Lirio ",
    "price": "185.000",
    "about": "<p>A bright villa.</p>",
    "images": {"image": [{"url": "https://img.example/1.jpg"}]},
}


def trace(rule: dict[str, Any], address: str = "location.city", **changes: Any) -> Trace:
    document = MappingDocument.model_validate(DOCUMENT)
    made = Rule.model_validate(rule)
    return rule_trace(document, {}, parsed_address(address), made, RECORD | changes)


def test_each_field_has_its_own_value_beside_the_offer() -> None:
    preview = preview_of(DOCUMENT, {}).of(RECORD)
    assert preview.offer is not None
    assert preview.offer["deals"][0]["amount"] == 185000
    assert preview.values == {
        "type": "villa",
        "areas.plot": 10000,
        "location.city": "Puerto Lirio",
        "deals.0.deal": "sale",
        "deals.0.amount": 185000,
        "texts.0.description": "A bright villa.",
        "media.0.url": "https://img.example/1.jpg",
    }


def test_what_people_said_about_words_counts_and_what_they_did_not_is_a_problem() -> None:
    palloza = RECORD | {"kind": "Palloza"}
    unknown = preview_of(DOCUMENT, {}).of(palloza)
    assert [problem.code for problem in unknown.problems] == ["unknown_value"]
    decided = preview_of(DOCUMENT, {"types": {"palloza": "country_house"}}).of(palloza)
    assert decided.values["type"] == "country_house"
    assert decided.problems == []


def test_a_record_without_an_id_or_one_that_withdraws_makes_no_offer() -> None:
    without = preview_of(DOCUMENT, {}).of({"kind": "Villa"})
    assert without.offer is None
    assert "missing_id" in [problem.code for problem in without.problems]
    gone = preview_of(DOCUMENT, {}).of(RECORD | {"state": "gone"})
    assert gone.withdraws
    assert gone.offer is None


def test_every_step_of_a_rule_shows_what_it_makes() -> None:
    steps = [
        {"name": "upper"},
        {"name": "extract", "params": {"pattern": "[A-Z]+$"}},
    ]
    traced = trace({"path": "town", "transforms": [*steps]}, town="puerto lirio")
    assert traced.found == "puerto lirio"
    assert [step.value for step in traced.steps] == ["PUERTO LIRIO", "LIRIO"]
    assert traced.result.value == "LIRIO"


def test_a_step_that_complains_says_why_and_the_default_takes_over() -> None:
    rule = {"path": "price", "transforms": [{"name": "number"}], "default": 1}
    traced = trace(rule, "deals.0.amount", price="cheap")
    assert "cheap" in traced.steps[0].complaint
    assert traced.result.value == 1


def test_a_condition_that_does_not_hold_is_told() -> None:
    traced = trace({"path": "town", "when": {"path": "kind", "equals": "flat"}})
    assert not traced.applies
    assert traced.result.value is None


def test_a_rule_of_a_block_works_on_the_first_element() -> None:
    assert trace({"path": "url"}, "media.0.url").found == "https://img.example/1.jpg"
    nothing = trace({"path": "url"}, "media.0.url", images={})
    assert (nothing.found, nothing.result.value) == (None, None)
