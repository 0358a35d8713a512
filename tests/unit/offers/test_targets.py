"""The fields of an offer that rules may fill."""

from typing import Any

from webapp.offers.canonical import canonical_schema
from webapp.offers.targets import LIST_TARGETS, TARGETS, field_label, target_of

# Set by us, never by a rule.
OURS = {"external_id", "extra", "areas.raw", "texts.plain", "media.position"}
# Puts the media in order and is not kept.
SORTING = {"media.order"}


def _fields_of_the_schema() -> set[str]:
    schema = canonical_schema()

    def fields(definition: dict[str, Any], prefix: str) -> set[str]:
        found: set[str] = set()
        for name, part in definition["properties"].items():
            reference = part.get("$ref") or part.get("items", {}).get("$ref")
            for choice in part.get("allOf", []):
                reference = reference or choice.get("$ref")
            inner = schema["$defs"].get(str(reference).rpartition("/")[2])
            found |= fields(inner, f"{name}.") if inner else {prefix + name}
        return found

    return fields(schema, "")


def test_every_field_of_the_offer_can_be_filled_by_a_rule() -> None:
    by_rules = TARGETS.keys() | {
        f"{name}.{field}" for name, fields in LIST_TARGETS.items() for field in fields
    }
    assert _fields_of_the_schema() == (by_rules | OURS) - SORTING


def test_closed_sets_are_the_only_targets_of_kind_code() -> None:
    targets = [*TARGETS.values(), *(t for fields in LIST_TARGETS.values() for t in fields.values())]
    assert all(bool(target.codes) is (target.kind == "code") for target in targets)


def test_fields_are_called_by_words() -> None:
    assert field_label("areas.plot") == "plot area"
    assert field_label("deals.amount") == "price"
    assert field_label("extra.notes") == "notes"
    assert field_label("nonsense") == "nonsense"
    assert target_of("deals.nonsense") is None
