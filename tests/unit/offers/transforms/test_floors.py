import pytest

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.floors import floor


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (3, 3),
        ("3", 3),
        ("-1", -1),
        ("3. Etage", 3),
        ("2. OG", 2),
        ("3rd floor", 3),
        ("Floor 12", 12),
        ("5º", 5),
        ("4ª planta", 4),
        ("3/9", 3),
        ("2 этаж", 2),
        ("5-ти етаж", 5),
        ("EG", 0),
        ("Ground Floor", 0),
        ("planta baja", 0),
        ("партер", 0),
        ("Souterrain", -1),
        ("-", None),
    ],
)
def test_floors_are_read_as_agencies_write_them(said: object, meant: int | None) -> None:
    assert floor(said) == meant


@pytest.mark.parametrize("said", ["Block 3", "3 bedrooms", "last", "2.5"])
def test_what_is_no_floor_is_said_so(said: str) -> None:
    with pytest.raises(BadValue):
        floor(said)
