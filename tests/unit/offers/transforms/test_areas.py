"""Areas in every unit, as square metres."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.offers.transforms.areas import Converted, area, unit_in
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.units import SQUARE_METRES, unit_of


@pytest.mark.parametrize(
    "metres", ["120", 120, "120 m²", "120m2", "ca. 120 кв. м", "120 sq.m.", "м2 120"]
)
def test_square_metres_stay_as_they_are(metres: Any) -> None:
    assert area(metres) == 120


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("1,200 sq ft", "m2", Converted(111.48, "1,200", "sq ft")),
        ("1200", "sqft", Converted(111.48, "1200", "sqft")),
        (1200, "SQFT", Converted(111.48, "1200", "SQFT")),
        ("6 сот.", "m2", Converted(600, "6", "сот.")),
        # The first letter is the Latin one.
        ("6", "c\u043e\u0442.", Converted(600, "6", "c\u043e\u0442.")),
        ("0,5 ha", "m2", Converted(5000, "0,5", "ha")),
        ("2,5 дка", "m2", Converted(2500, "2,5", "дка")),
        ("1", "acre", Converted(4046.86, "1", "acre")),
        ("15", "square", Converted(139.35, "15", "square")),
        ("1", "perch", Converted(25.29, "1", "perch")),
        ("approx. 2 hectares", "m2", Converted(20000, "2", "hectares")),
        # What the cell says wins over what stands beside it.
        ("120 m²", "sqft", 120),
    ],
)
def test_other_units_are_converted_and_kept(cell: Any, unit: str, expected: Any) -> None:
    assert area(cell, unit) == expected


@pytest.mark.parametrize(
    ("unit", "spellings"),
    [
        (
            "m2",
            [
                "m²",
                "м2",
                "кв.",
                "метры",
                "кв.м",
                "кв. м.",
                "sq_m",
                "sqm",
                "squareMeter",
                "Square metres",
                "qm",
                "mq",
            ],
        ),
        ("sqft", ["sq ft", "sqft", "ft²", "Feet", "SQ. FT.", "square feet"]),
        ("acre", ["acre", "Acres", "ac"]),
        ("hectare", ["ha", "Hectare", "гектар", "хектара", "га"]),
        ("are", ["сотка", "сот", "соток", "Ar"]),
        ("decare", ["dka", "декар", "дка"]),
    ],
)
def test_units_are_known_in_many_spellings(unit: str, spellings: list[str]) -> None:
    assert [unit_of(spelling) for spelling in spellings] == [unit] * len(spellings)


@pytest.mark.parametrize(
    ("bad", "unit", "code"),
    [
        ("120 bananas", "m2", "bad_number"),
        ("big", "m2", "bad_number"),
        ("100-120 m2", "m2", "bad_number"),
        ("1.200 sq ft (111 m2)", "m2", "bad_number"),
        ("120", "bananas", "unknown_unit"),
        (True, "m2", "bad_number"),
    ],
)
def test_an_area_that_cannot_be_known_is_refused(bad: Any, unit: str, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        area(bad, unit)
    assert refused.value.code == code


@pytest.mark.parametrize("nothing", ["", " - ", "n/a", "—"])
def test_a_dash_is_no_area_and_no_complaint(nothing: str) -> None:
    assert area(nothing) is None


@pytest.mark.parametrize(
    ("cell", "unit"),
    [("120 sq ft", "sqft"), ("ha", "hectare"), ("120", None), ("villa", None), (5, None)],
)
def test_the_unit_in_a_cell(cell: Any, unit: str | None) -> None:
    assert unit_in(cell) == unit


@given(
    value=st.text(alphabet="0123456789.,' -m²2сотhafs()", max_size=30) | st.floats() | st.text(),
    unit=st.sampled_from(sorted(SQUARE_METRES)) | st.text(max_size=8),
)
def test_any_text_is_an_area_or_refused(value: Any, unit: str) -> None:
    try:
        found = area(value, unit)
    except BadValue:
        return
    assert found is None or isinstance(found, int | float | Converted)


@given(metres=st.integers(0, 10**7), unit=st.sampled_from(sorted(SQUARE_METRES)))
def test_an_area_comes_back_out_of_its_square_metres(metres: int, unit: str) -> None:
    found = area(str(metres), unit)
    given_back = (found.metres if isinstance(found, Converted) else found) or 0
    assert abs(given_back / SQUARE_METRES[unit] - metres) <= 0.006 / SQUARE_METRES[unit] + 1e-6
