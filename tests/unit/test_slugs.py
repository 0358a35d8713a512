"""Short names made from names."""

from webapp.slugs import free_slug, slug_of


def test_a_slug_has_plain_letters_digits_and_hyphens() -> None:
    assert slug_of("  Côte d'Azur — Homes & Co. 24 ") == "cote-d-azur-homes-co-24"
    assert slug_of("Недвижимость") == ""


def test_a_taken_slug_gets_the_next_number() -> None:
    assert free_slug("Faro Homes", set(), "agency") == "faro-homes"
    assert free_slug("Faro Homes", {"faro-homes", "faro-homes-2"}, "agency") == "faro-homes-3"
    assert free_slug("Недвижимость", {"agency"}, "agency") == "agency-2"
