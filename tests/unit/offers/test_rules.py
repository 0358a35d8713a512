"""Several rules for a field, several values in one, and records that speak of themselves."""

from typing import Any

import pytest

from webapp.offers.mapping import Mapped, MappingDocument, compile_mapping


def mapped(record: dict[str, Any], **parts: Any) -> Mapped:
    document = MappingDocument.model_validate(
        {"format": 1, "name": "own", "id": ["id"], "reading": {"container": "xml"}} | parts
    )
    return compile_mapping(document)({"id": "1"} | record)


RULES = [
    {"path": "rooms", "when": {"path": "kind", "equals": "flat"}},
    {"path": "beds", "transforms": [{"name": "zero_is_unknown"}]},
    {"constant": 1},
]


@pytest.mark.parametrize(
    ("record", "bedrooms"),
    [
        ({"kind": "flat", "rooms": "3", "beds": "2"}, 3),
        ({"kind": "house", "rooms": "3", "beds": "2"}, 2),
        ({"kind": "flat", "rooms": "", "beds": "0"}, 1),
    ],
)
def test_of_several_rules_the_first_that_gives_a_value_counts(
    record: dict[str, Any], bedrooms: int
) -> None:
    assert mapped(record, fields={"bedrooms": RULES}).offer["bedrooms"] == bedrooms


def test_list_items_may_have_several_rules_a_field() -> None:
    deals = [{"fields": {"deal": [{"path": "a"}, {"path": "b"}], "amount": {"path": "price"}}}]
    made = mapped({"b": "rent", "price": "5"}, deals=deals)
    assert made.offer["deals"] == [{"deal": "rent", "amount": 5}]


def test_a_value_map_may_give_numbers() -> None:
    tables = {
        "rooms": {"двустаен": "2", "тристаен": "3"},
        "bedrooms": {"двустаен": "1", "тристаен": "2"},
    }
    fields = {
        "rooms": {"path": "kind", "values": "rooms"},
        "bedrooms": {"path": "kind", "values": "bedrooms", "unknown": "ignore"},
    }
    offer = mapped({"kind": "Тристаен"}, values=tables, fields=fields).offer
    assert (offer["rooms"], offer["bedrooms"]) == (3, 2)


def test_price_and_currency_may_share_a_cell() -> None:
    block = {
        "fields": {
            "deal": {"constant": "sale"},
            "amount": {"path": "price", "transforms": [{"name": "price"}]},
            "currency": {"path": "price", "transforms": [{"name": "currency_in"}]},
            "on_request": {"path": "price", "transforms": [{"name": "on_request"}]},
        }
    }
    assert mapped({"price": "6 000 000 RUR"}, deals=[block]).offer["deals"] == [
        {"deal": "sale", "amount": 6000000, "currency": "RUB"}
    ]
    made = mapped({"price": "POA"}, deals=[block])
    assert made.offer["deals"] == [{"deal": "sale", "on_request": True}]
    assert made.problems == []


def test_all_values_of_all_paths_can_be_joined() -> None:
    fields = {
        "location.street": {"paths": ["street", "house"], "join": " "},
        "subtype": {"paths": ["kinds.kind", "absent"], "join": ", "},
        "extra.note": {"paths": ["absent"], "join": "; "},
        "contact.phones": {"paths": ["code", "phone"], "join": ""},
    }
    record = {
        "street": " Sea Road",
        "house": 7,
        "kinds": {"kind": ["flat", "", "loft"]},
        "code": "+359",
        "phone": "888",
    }
    offer = mapped(record, fields=fields).offer
    assert offer["location"]["street"] == "Sea Road 7"
    assert offer["subtype"] == "flat, loft"
    assert "extra" not in offer
    assert offer["contact"]["phones"] == ["+359888"]


def test_the_name_of_a_record_and_of_the_elements_in_it_can_be_read() -> None:
    fields = {
        "subtype": {"path": "#name"},
        "type": {"path": "objektart.#names", "values": "types"},
        "extra.kinds": {"path": "#names"},
    }
    record = {"#name": "land", "objektart": {"@a": "1", "haus": {"@typ": "villa"}}}
    offer = mapped(record, fields=fields, values={"types": {"haus": "house"}}).offer
    assert (offer["subtype"], offer["type"]) == ("land", "house")
    assert offer["extra"]["kinds"] == ["id", "objektart"]


def test_what_the_reader_complained_of_is_a_problem_of_the_offer() -> None:
    flaw = {"code": "bad_value", "field": "external_id", "raw": "#DIV/0!"}
    made = mapped({"#problems": [flaw]})
    assert [(one.code, one.field, one.raw) for one in made.problems] == [
        ("bad_value", "external_id", "#DIV/0!")
    ]


def test_dates_without_a_zone_are_in_that_of_the_document() -> None:
    fields = {
        "source_updated_at": {"path": "at"},
        "source_created_at": {
            "path": "at",
            "transforms": [{"name": "date", "params": {"zone": "Asia/Tokyo"}}],
        },
    }
    offer = mapped({"at": "2026-05-04 10:00"}, zone="Europe/Sofia", fields=fields).offer
    assert offer["source_updated_at"] == "2026-05-04T10:00:00+03:00"
    assert offer["source_created_at"] == "2026-05-04T10:00:00+09:00"


def test_areas_are_converted_by_the_unit_beside_them() -> None:
    fields = {
        "areas.plot": {"path": "land.area", "unit": "land.area.@unit", "values": "units"},
        "areas.built": {"path": "size", "unit_default": "sqft"},
        "areas.living": {"path": "living"},
    }
    record = {
        "land": {"area": {"@unit": "SQ", "#text": "2"}},
        "size": "1,000",
        "living": "80 m²",
    }
    areas = mapped(record, fields=fields, values={"units": {"sq": "square"}}).offer["areas"]
    assert areas == {
        "plot": 18.58,
        "built": 92.9,
        "living": 80,
        "raw": {
            "plot": {"value": "2", "unit": "square"},
            "built": {"value": "1,000", "unit": "sqft"},
        },
    }


def test_an_area_of_an_unknown_unit_is_left_out_with_a_problem() -> None:
    fields = {"areas.plot": {"path": "land", "unit": "unit"}}
    made = mapped({"land": "5", "unit": "bananas"}, fields=fields)
    assert "areas" not in made.offer
    assert [one.code for one in made.problems] == ["unknown_unit"]
    assert "“bananas”" in made.problems[0].message


GONE = [{"path": "@status", "in": ["sold", "leased"]}, {"path": "#names", "equals": "delete"}]


@pytest.mark.parametrize("record", [{"@status": "SOLD"}, {"delete": ""}])
def test_a_record_that_withdraws_its_offer_is_not_mapped(record: dict[str, Any]) -> None:
    fields = {"source_updated_at": {"path": "@status"}}
    made = mapped(record, withdrawn_when=GONE, fields=fields)
    assert made.withdraws
    assert made.offer == {"external_id": "1"}
    assert made.problems == []


def test_another_record_withdraws_nothing() -> None:
    assert not mapped({"@status": "current"}, withdrawn_when=GONE).withdraws


def test_a_withdrawal_that_cannot_be_judged_is_none() -> None:
    made = mapped({"a": "x"}, withdrawn_when=[{"path": "abs(a)", "equals": 1}])
    assert not made.withdraws
    assert [one.code for one in made.problems] == ["rule_failed"]
