"""Coordinates and the country they should be in."""

import pytest

from webapp.offers.canonical import canonical_offer
from webapp.offers.iso_codes import COUNTRIES
from webapp.offers.places import BOXES, placed


@pytest.mark.parametrize(
    ("country", "lat", "lon"),
    [
        ("ES", 38.6, -0.05),
        ("ES", 28.1, -15.4),
        ("PT", 32.65, -16.9),
        ("FR", -21.1, 55.5),
        ("BG", 42.7, 23.3),
        ("AE", 25.2, 55.3),
        ("XX", 0.5, 0.5),
    ],
)
def test_a_place_in_its_country_stays(country: str, lat: float, lon: float) -> None:
    location = {"country": country, "lat": lat, "lon": lon}
    assert placed(location) == (location, [])


def test_coordinates_the_wrong_way_round_are_swapped() -> None:
    location, found = placed({"country": "AE", "lat": 55.3, "lon": 25.2})
    assert (location["lat"], location["lon"]) == (25.2, 55.3)
    assert [(one.code, one.severity, one.raw) for one in found] == [
        ("coordinates_swapped", "warning", "55.3, 25.2")
    ]


def test_an_impossible_latitude_is_put_right_before_it_is_refused() -> None:
    offer, problems = canonical_offer(
        {"external_id": "1", "location": {"country": "US", "lat": -118.2, "lon": 34.1}}
    )
    assert offer is not None
    assert (offer["location"]["lat"], offer["location"]["lon"]) == (34.1, -118.2)
    assert "coordinates_swapped" in [one.code for one in problems]


def test_a_place_in_another_country_is_kept_and_reported() -> None:
    location, found = placed({"country": "BG", "lat": 38.6, "lon": -0.05})
    assert (location["lat"], location["lon"]) == (38.6, -0.05)
    assert [(one.code, one.severity) for one in found] == [
        ("coordinates_outside_country", "warning")
    ]


@pytest.mark.parametrize(
    "location",
    [{"country": "BG"}, {"country": "BG", "lat": 1.0}, {"country": "BG", "lat": 0, "lon": 0}],
)
def test_what_is_no_place_is_not_judged(location: dict[str, float | str]) -> None:
    assert placed(location) == (location, [])


def test_boxes_are_of_countries_and_have_an_inside() -> None:
    assert BOXES.keys() <= COUNTRIES
    for boxes in BOXES.values():
        assert all(south < north and west < east for south, north, west, east in boxes)
