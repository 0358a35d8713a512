"""From the raw value of a problem to the word that its rule looked up."""

from webapp.offers.mapping import MappingDocument, compile_mapping
from webapp.offers.problem_values import compiled_problem_words

MAPPING = MappingDocument.model_validate(
    {
        "format": 1,
        "name": "costa",
        "reading": {"container": "xml"},
        "id": ["id"],
        "values": {"types": {"finca": "farm"}},
        "fields": {
            "type": {
                "path": "kind",
                "transforms": [{"name": "extract", "params": {"pattern": "[a-z]+$"}}],
                "values": "types",
            },
            "location.country": {"path": "land"},
        },
        "deals": [{"fields": {"deal": {"path": "deal", "values": "deals"}}}],
        "texts": [{"by_language": {"title": "titles"}, "values": "tongues"}],
    }
)


def test_the_word_is_what_the_transforms_left_of_the_value() -> None:
    words = compiled_problem_words(MAPPING)
    assert words("type", "12 palloza") == [("types", "palloza")]
    assert words("location.country", "The  coast") == [("location.country", "The coast")]
    assert words("deals.deal", "swap") == [("deals", "swap")]
    assert words("texts.lang", "klingon") == [("tongues", "klingon")]
    assert words("areas.plot", "12") == []


def test_the_problems_of_a_record_lead_to_words_that_a_decision_explains() -> None:
    record = {"id": "1", "kind": "12 palloza", "deal": "swap"}
    words = compiled_problem_words(MAPPING)
    found = [
        named
        for problem in compile_mapping(MAPPING)(record).problems
        for named in words(problem.field, problem.raw)
    ]
    assert found == [("types", "palloza"), ("deals", "swap")]
    tables = {"types": {"palloza": "house"}, "deals": {"swap": None}}
    assert compile_mapping(MAPPING, tables)(record).problems == []
