"""Which parts of an offer come from a path of the record."""

from webapp.offers.fields_reading import fields_reading
from webapp.presets import load_preset


def test_a_path_is_told_by_the_fields_and_lists_that_read_it() -> None:
    kyero = load_preset("kyero_v3")
    assert fields_reading(kyero, "price") == ["deals"]
    assert fields_reading(kyero, "town") == ["location.city"]
    assert "id" in fields_reading(kyero, "id")
    assert "media" in fields_reading(kyero, "images.image.url")
    assert fields_reading(kyero, "stats.views") == []
