"""How far a change moved an offer's price, and what several changes come to."""

import pytest

from webapp.offers.price_moves import merged_changes, price_move, prices_moved


def sale(amount: object, **others: object) -> dict[str, object]:
    return {"deal": "sale", "amount": amount, "currency": "EUR", "period": "once", **others}


def test_a_lower_price_is_a_share_of_the_old_one() -> None:
    changes = {"areas.built": [1, 2], "deals.sale once": [sale(200_000), sale(150_000)]}
    assert price_move(changes) == pytest.approx(0.75)
    assert prices_moved(changes) == [(sale(200_000), sale(150_000))]


def test_amounts_may_be_written_as_text() -> None:
    assert price_move({"deals.sale": [sale("100.50"), sale("201.00")]}) == pytest.approx(2)


@pytest.mark.parametrize(
    "sides",
    [
        [None, sale(150_000)],
        [sale(150_000), None],
        [sale(None), sale(150_000)],
        [sale(0), sale(150_000)],
        [sale(150_000), sale(150_000, qualifier="from")],
        [sale(150_000), sale(293_000, currency="BGN")],
        [sale(900, period="month"), sale(225, period="week")],
        [sale("NaN"), sale(1)],
        [sale("call us"), sale(1)],
        [sale(1), sale(10**12)],
    ],
)
def test_what_cannot_be_compared_is_no_move(sides: list[object]) -> None:
    assert price_move({"deals.sale once": sides}) is None
    assert prices_moved({"deals.sale once": sides}) == []


def test_a_change_of_another_field_moves_no_price() -> None:
    assert price_move({"location.city": ["Monte Alcor", "Puerto Lirio"]}) is None
    assert price_move({}) is None


def test_changes_in_a_row_come_to_the_first_and_the_last_side() -> None:
    steps = [
        {"bedrooms": [2, 3], "location.city": ["A", "B"]},
        {"bedrooms": [3, 4]},
        {"location.city": ["B", "A"], "url": [None, "https://lirio.example/1"]},
    ]
    assert merged_changes(steps) == {
        "bedrooms": [2, 4],
        "url": [None, "https://lirio.example/1"],
    }
