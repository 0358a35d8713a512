"""Fields that change at every reading are told from those of a few offers."""

from typing import Any

from webapp.offers.volatile import volatile_paths

Record = dict[str, Any]


def pairs(count: int = 20) -> list[tuple[Record, Record]]:
    return [
        (
            {
                "ref": f"A-{number}",
                "@exported": "08:00",
                "images": [{"u": "1?t=1"}, {"u": "2?t=1"}],
            },
            {
                "ref": f"A-{number}",
                "@exported": "09:00",
                "images": [{"u": "1?t=2"}, {"u": "2?t=2"}],
            },
        )
        for number in range(count)
    ]


def test_paths_that_differ_in_nearly_every_record_are_volatile() -> None:
    assert volatile_paths(pairs()) == {"@exported": 1.0, "images.u": 1.0}


def test_what_few_records_differ_in_is_not() -> None:
    given = pairs(40)
    for before, now in given[:20]:
        before["price"], now["price"] = 1, 2
    assert "price" not in volatile_paths(given)


def test_a_field_that_came_or_went_differs() -> None:
    given = pairs()
    for _, now in given:
        now["token"] = "x"
    assert volatile_paths(given)["token"] == 1.0


def test_a_list_of_another_length_differs_as_a_whole() -> None:
    given = pairs()
    for _, now in given:
        now["images"] = []
    assert "images" in volatile_paths(given)


def test_a_handful_of_records_says_nothing() -> None:
    assert volatile_paths(pairs(19)) == {}
