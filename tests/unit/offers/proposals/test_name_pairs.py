"""Lists of names and values among the records of feeds nobody has described."""

import pytest

from webapp.offers.proposals.name_pairs import pair_of, pairs_in
from webapp.offers.reading import Pairs

NAMES = {"price": "1", "bedrooms": "2", "city": "Rye", "floor": "3"}


def test_items_that_name_fields_of_an_offer_are_pairs() -> None:
    record = {"attributes": [{"code": name, "value": said} for name, said in NAMES.items()]}

    assert pairs_in([record]) == (Pairs(path="attributes", key="code", value="value"),)


def test_pairs_may_be_an_element_deeper_and_in_another_language() -> None:
    names = ["цена", "этаж", "город", "количество комнат"]
    record = {"свойства": {"свойство": [{"@имя": name, "#text": "1"} for name in names]}}

    assert pairs_in([record]) == (Pairs(path="свойства.свойство", key="@имя", value="#text"),)


def test_links_are_pairs_of_what_they_are_to_and_their_address() -> None:
    assert pair_of({"@rel": ["self"], "@href": ["https://a.example"]}) == ("@rel", "@href")


@pytest.mark.parametrize(
    "items",
    [
        [{"name": "Pool", "value": "yes"}, {"name": "Garden", "value": "no"}],
        [{"id": "1", "url": "https://a.example/1.jpg"}, {"id": "2", "url": "b"}],
        [{"lang": "en", "title": "A house"}, {"lang": "de", "title": "Ein Haus"}],
        [{"name": "price", "a": "1", "b": "2", "c": "3", "d": "4", "e": "5"}] * 3,
    ],
)
def test_other_lists_are_none(items: list[dict[str, str]]) -> None:
    assert pairs_in([{"list": items}]) == ()
