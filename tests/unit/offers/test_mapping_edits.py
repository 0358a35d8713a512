"""Edits of a mapping, one by one and in any order."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.offers.mapping import compile_mapping
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.offers.mapping_edits import (
    EditRefused,
    add_rule,
    change_block,
    change_rule,
    confirm_all,
    confirm_rule,
    connect,
    move_block,
    move_rule,
    parsed_address,
    remove_block,
    remove_rule,
    rules_at,
    set_ids,
)

RECORDS: list[dict[str, Any]] = [
    {
        "id": "H-1",
        "price": "185.000 €",
        "type": "Villa",
        "size": "120",
        "pool": "yes",
        "gallery": "https://img.example/1.jpg;https://img.example/2.jpg",
        "extras": "Lift; Cellar; Sauna",
        "images": {"image": [{"url": "https://img.example/1.jpg", "text": "Garden"}]},
        "desc": {"en": "A bright villa.", "es": "Una villa luminosa."},
        "Price (EUR)": "185000",
    },
    {"id": "H-2", "price": "99.000 €", "pool": "no", "extras": "Lift; Garden"},
]
EMPTY: dict[str, Any] = {
    "format": 1,
    "name": "harbour",
    "reading": {"container": "xml", "record_paths": ["/root/home"]},
    "id": ["id"],
}


def document(**parts: Any) -> MappingDocument:
    return MappingDocument.model_validate({**EMPTY, **parts})


def connected(start: MappingDocument, field: str, path: str, how: Any = "instead") -> Any:
    return as_data(connect(start, parsed_address(field), path, RECORDS, how))


def test_an_empty_field_gets_a_rule_of_the_path() -> None:
    made = connected(document(), "location.city", "town")
    assert made["fields"] == {"location.city": {"path": "town"}}


def test_another_path_takes_the_place_of_the_first_and_the_value_table_stays() -> None:
    rule = {"path": "type", "values": "types", "default": "other", "confidence": 0.7}
    made = connected(document(fields={"type": rule}), "type", "kind")
    assert made["fields"]["type"] == {"path": "kind", "values": "types", "default": "other"}


def test_a_path_can_be_asked_as_well() -> None:
    made = connected(document(fields={"rooms": {"path": "a"}}), "rooms", "b", "also")
    assert made["fields"]["rooms"] == {"paths": ["a", "b"]}


def test_many_values_are_gathered_without_being_asked() -> None:
    start = document(fields={"contact.phones": {"path": "phone"}})
    made = connected(start, "contact.phones", "mobile")
    assert made["fields"]["contact.phones"] == {"paths": ["phone", "mobile"]}


def test_a_path_beside_a_constant_becomes_a_rule_before_it() -> None:
    start = document(fields={"status": {"constant": "active"}})
    made = connected(start, "status", "state", "also")
    assert made["fields"]["status"] == [{"path": "state"}, {"constant": "active"}]


def test_a_price_becomes_a_deal_with_its_currency_and_an_assumption_to_check() -> None:
    made = connect(document(), parsed_address("deals.new.amount"), "price", RECORDS)
    (deal,) = as_data(made)["deals"]
    assert deal["fields"]["deal"] == {"constant": "sale", "confidence": 0.5}
    assert compile_mapping(made)(RECORDS[0]).offer["deals"] == [
        {"deal": "sale", "amount": 185000, "currency": "EUR"}
    ]


def test_a_picture_inside_a_repeated_element_makes_a_block_and_its_caption_joins_it() -> None:
    start = connect(document(), parsed_address("media.new.url"), "images.image.url", RECORDS)
    made = connected(start, "media.new.caption", "images.image.text")
    assert made["media"] == [
        {
            "each": ["images.image"],
            "fields": {"url": {"path": "url"}, "caption": {"path": "text"}},
        }
    ]


def test_addresses_in_one_cell_are_split() -> None:
    made = connected(document(), "media.new.url", "gallery")
    assert made["media"] == [{"each": ["gallery"], "fields": {"url": {"path": "."}}, "split": ";"}]


def test_features_in_one_cell_are_split_and_a_yes_becomes_a_feature() -> None:
    start = connect(document(), parsed_address("features.new.label"), "extras", RECORDS)
    made = connect(start, parsed_address("features.new.label"), "pool", RECORDS)
    labels = [item["label"] for item in compile_mapping(made)(RECORDS[0]).offer["features"]]
    assert labels == ["Lift", "Cellar", "Sauna", "Pool"]
    labels = [item["label"] for item in compile_mapping(made)(RECORDS[1]).offer["features"]]
    assert labels == ["Lift", "Garden"]


def test_texts_under_their_language_become_one_text_a_language() -> None:
    made = connect(document(), parsed_address("texts.new.description"), "desc.en", RECORDS)
    assert as_data(made)["texts"] == [{"by_language": {"description": "desc"}}]
    texts = compile_mapping(made)(RECORDS[0]).offer["texts"]
    assert [text["lang"] for text in texts] == ["en", "es"]


def test_a_title_and_a_description_make_one_text() -> None:
    start = connect(document(), parsed_address("texts.new.title"), "name", RECORDS)
    made = connected(start, "texts.new.description", "about")
    assert len(made["texts"]) == 1


def test_a_path_outside_of_what_the_items_are_made_of_is_refused_in_words() -> None:
    start = document(media=[{"each": ["images.image"], "fields": {"url": {"path": "url"}}}])
    with pytest.raises(EditRefused, match=r"“price” is not within “images\.image”"):
        connect(start, parsed_address("media.0.caption"), "price", RECORDS)


def test_a_name_that_no_plain_path_can_hold_is_found() -> None:
    start = connect(document(), parsed_address("deals.new.amount"), '"Price (EUR)"', RECORDS)
    assert compile_mapping(start)(RECORDS[0]).offer["deals"][0]["amount"] == 185000


@pytest.mark.parametrize(
    "address", ["", "nowhere", "deals", "deals.0", "deals.0.colour", "media.x.url", "extra."]
)
def test_an_address_that_leads_nowhere_is_refused(address: str) -> None:
    with pytest.raises(EditRefused, match="There is no field"):
        parsed_address(address)


@pytest.mark.parametrize(
    "address", ["location.city", "deals.0.amount", "deals.new.amount", "type#2", "extra.a.b"]
)
def test_an_address_reads_as_it_was_written(address: str) -> None:
    assert str(parsed_address(address)) == address


def test_transforms_are_set_with_their_parameters_and_unknown_ones_are_refused() -> None:
    city = parsed_address("location.city")
    start = document(fields={"location.city": {"path": "town"}})
    steps = [{"name": "split", "params": {"separator": "/"}}, {"name": "upper"}]
    made = change_rule(start, city, transforms=steps)
    assert [step.name for step in rules_at(made, city)[0].transforms] == ["split", "upper"]
    with pytest.raises(EditRefused, match="no transform 'shout'"):
        change_rule(start, city, transforms=[{"name": "shout"}])
    with pytest.raises(EditRefused, match="not there any more"):
        change_rule(start, city.with_rule(4), transforms=steps)


def test_parts_of_a_rule_are_set_and_taken_away() -> None:
    kind = parsed_address("type")
    start = document(fields={"type": {"path": "type", "default": "other"}})
    when = {"path": "sold", "exists": False}
    made = change_rule(start, kind, when=when, default=None, values="types", unknown="ignore")
    assert as_data(made)["fields"]["type"] == {
        "path": "type",
        "when": when,
        "values": "types",
        "unknown": "ignore",
    }


def test_a_confirmed_proposal_is_none_any_more() -> None:
    start = document(
        fields={"rooms": {"path": "a", "confidence": 0.4}, "floor": {"path": "b", "confidence": 1}}
    )
    made = confirm_rule(start, parsed_address("rooms"))
    assert rules_at(made, parsed_address("rooms"))[0].confidence is None
    assert rules_at(made, parsed_address("floor"))[0].confidence == 1
    assert rules_at(confirm_all(made), parsed_address("floor"))[0].confidence is None


def test_rules_of_a_field_change_places_and_the_last_one_takes_its_block_along() -> None:
    address = parsed_address("deals.0.amount")
    start = document(deals=[{"fields": {"amount": {"path": "a"}}}])
    made = move_rule(add_rule(start, address, {"path": "b"}), address.with_rule(1), -1)
    assert [rule.path for rule in rules_at(made, address)] == ["b", "a"]
    made = remove_rule(remove_rule(made, address), address)
    assert made.deals == ()


def test_blocks_are_changed_moved_and_removed() -> None:
    first, second = {"fields": {"url": {"path": "a"}}}, {"fields": {"url": {"path": "b"}}}
    start = document(media=[first, second])
    made = change_block(move_block(start, "media", 1, -1), "media", 0, each=["list"], split=";")
    assert as_data(made)["media"] == [{"each": ["list"], "split": ";", **second}, first]
    assert as_data(remove_block(made, "media", 0))["media"] == [first]


def test_a_mapping_keeps_an_id() -> None:
    assert set_ids(document(), ["ref", " id ", "ref"]).id == ("ref", "id")
    with pytest.raises(EditRefused, match="Without an id"):
        set_ids(document(), ["  "])


ADDRESSES = st.sampled_from(
    [
        *("reference", "type", "location.city", "areas.built", "contact.phones", "extra.note"),
        *("deals.new.amount", "deals.0.amount", "deals.0.deal", "deals.1.currency", "type#1"),
        *("texts.new.title", "texts.0.description", "features.new.label", "features.0.code"),
        *("media.new.url", "media.0.caption", "media.0.url#1"),
    ]
).map(parsed_address)
PATHS = st.sampled_from(
    [
        "id",
        "price",
        "images.image.url",
        "gallery",
        "desc.en",
        ".",
        '"Price (EUR)"',
        "a[",
        "",
        "a..b",
    ]
)
HOW = st.sampled_from(["also", "instead"])
NUMBERS = st.integers(-1, 2)
STEPS = st.one_of(
    st.tuples(st.just(connect), ADDRESSES, PATHS, st.just(RECORDS), HOW),
    st.tuples(st.just(remove_rule), ADDRESSES),
    st.tuples(st.just(confirm_rule), ADDRESSES),
    st.tuples(st.just(move_rule), ADDRESSES, NUMBERS),
    st.tuples(st.just(move_block), st.sampled_from(["deals", "media"]), NUMBERS, NUMBERS),
    st.tuples(st.just(remove_block), st.sampled_from(["texts", "features"]), NUMBERS),
    st.tuples(st.just(set_ids), st.lists(PATHS, max_size=3)),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_any_sequence_of_edits_leaves_a_mapping_that_can_be_stored_and_used(
    steps: list[tuple[Any, ...]],
) -> None:
    made = document()
    for edit, *arguments in steps:
        try:
            made = edit(made, *arguments)
        except EditRefused as refused:
            assert str(refused)
    again = MappingDocument.model_validate(as_data(made))
    assert as_data(again) == as_data(made)
    for record in RECORDS:
        compile_mapping(again)(record)
