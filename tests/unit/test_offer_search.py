"""The search vector of an offer, and the query made from what is typed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.offer_search import _price_facet, _price_terms, search_query, search_vector
from webapp.offers.summary import summary_of

VILLA = {
    "external_id": "VL-1023",
    "reference": "CDS/77",
    "type": "villa",
    "deals": [{"deal": "sale", "amount": 345000.5, "currency": "EUR"}],
    "location": {"city": "Málaga", "region": "Andalucía", "lat": 36.7},
    "texts": [{"lang": "en", "title": "Villa with a view, O'Hara street"}],
}


def test_the_vector_holds_words_without_accents_and_facets() -> None:
    lexemes = search_vector(VILLA, summary_of(VILLA)).split()
    assert {"'vl'", "'1023'", "'malaga'", "'andalucia'", "'hara'", "'cds'"} <= set(lexemes)
    assert lexemes[-3:] == ["'type=villa'", "'deal=sale'", "'price=63'"]


def test_an_offer_without_deal_and_price_has_its_type_alone_as_a_facet() -> None:
    bare = {"external_id": "7"}
    assert search_vector(bare, summary_of(bare)) == "'7' 'type=other'"


def test_the_last_word_typed_may_go_on() -> None:
    assert search_query("Málaga vil") == "'malaga' & 'vil':*"


def test_words_and_facets_are_asked_together() -> None:
    asked = search_query("sea", type="villa", deal="sale")
    assert asked == "'sea':* & 'type=villa' & 'deal=sale'"


@pytest.mark.parametrize("typed", ["", "  ", "-- ' & | ! :* ()", "_"])
def test_nothing_to_look_for_is_no_query(typed: str) -> None:
    assert search_query(typed) == ""


def test_a_facet_out_of_the_address_bar_cannot_leave_its_quotes() -> None:
    assert search_query(type="a' | 'b\\") == "'type=a'' | ''b\\\\'"


prices = st.decimals(min_value=0, max_value=10**12, allow_nan=False, places=2)


@given(prices, prices, prices)
def test_every_price_in_a_range_has_a_facet_of_that_range(
    low: Decimal, price: Decimal, high: Decimal
) -> None:
    low, price, high = sorted((low, price, high))
    for terms in (_price_terms(low, high), _price_terms(low, None), _price_terms(None, high)):
        facet = _price_facet(price)
        assert any(
            facet == term.strip("'") or (term.endswith(":*") and facet.startswith(term[1:-3]))
            for term in terms
        )


def test_a_narrow_range_asks_for_few_facets() -> None:
    assert _price_terms(Decimal(250_000), Decimal(400_000)) == [
        "'price=62'",
        "'price=63'",
        "'price=64'",
    ]


def test_no_range_asks_for_no_price() -> None:
    assert _price_terms(None, None) == []
