"""What changed between two versions of an offer."""

from typing import Any

from webapp.offers.changes import changed_fields

OLD: dict[str, Any] = {
    "reference": "A",
    "bedrooms": 0,
    "location": {"city": "Lovran", "postcode": "51415"},
    "deals": [{"deal": "sale", "period": "once", "amount": 100}],
    "texts": [{"lang": "en", "title": "House"}, {"lang": "hr", "title": "Kuća"}],
    "media": [{"url": "http://a.example/1"}, {"url": "http://a.example/2"}],
    "alternate_ids": ["1"],
}


def test_equal_offers_have_no_changes() -> None:
    assert changed_fields(OLD, dict(OLD)) == {}


def test_plain_fields_show_both_values() -> None:
    assert changed_fields(OLD, OLD | {"bedrooms": None}) == {"bedrooms": [0, None]}


def test_parts_are_compared_one_level_down() -> None:
    new = OLD | {"location": {"city": "Opatija", "lat": 45.3}}
    assert changed_fields(OLD, new) == {
        "location.city": ["Lovran", "Opatija"],
        "location.postcode": ["51415", None],
        "location.lat": [None, 45.3],
    }


def test_list_items_are_told_apart_by_what_names_them() -> None:
    new = OLD | {
        "deals": [{"deal": "sale", "period": "once", "amount": 90}],
        "texts": [{"lang": "hr", "title": "Kuća"}, {"lang": "en", "title": "Villa"}],
        "media": [{"url": "http://a.example/2"}],
    }
    assert changed_fields(OLD, new) == {
        "deals.sale once": [OLD["deals"][0], new["deals"][0]],
        "texts.en": [{"lang": "en", "title": "House"}, {"lang": "en", "title": "Villa"}],
        "media.http://a.example/1": [{"url": "http://a.example/1"}, None],
    }


def test_two_items_of_one_name_are_both_compared() -> None:
    two = [{"deal": "sale", "amount": 1}, {"deal": "sale", "amount": 2}]
    three = [*two, {"deal": "sale", "amount": 3}]
    assert changed_fields({"deals": two}, {"deals": three}) == {"deals.sale #3": [None, three[2]]}


def test_other_lists_are_compared_as_wholes() -> None:
    assert changed_fields(OLD, OLD | {"alternate_ids": []}) == {"alternate_ids": [["1"], []]}


def test_a_part_that_was_not_there_at_all_is_shown_whole() -> None:
    assert changed_fields({"external_id": "1"}, {"external_id": "1", "areas": {"built": 1}}) == {
        "areas": [None, {"built": 1}]
    }
