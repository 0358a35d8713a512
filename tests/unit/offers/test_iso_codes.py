"""Names of countries and languages."""

import pytest

from webapp.offers.iso_codes import COUNTRIES, LANGUAGES, country_names, language_names


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("españa", "ES"),
        ("spanien", "ES"),
        ("испания", "ES"),
        ("българия", "BG"),
        ("болгария", "BG"),
        ("deutschland", "DE"),
        ("allemagne", "DE"),
        ("united kingdom", "GB"),
        ("uk", "GB"),
        ("uae", "AE"),
        ("ελλάδα", "GR"),
        ("deu", "DE"),
        ("esp", "ES"),
        ("türkei", "TR"),
        ("turkey", "TR"),
        ("czech republic", "CZ"),
    ],
)
def test_a_country_is_known_by_its_names(name: str, code: str) -> None:
    assert country_names()[name] == code


def test_names_lead_to_codes_that_there_are() -> None:
    assert set(country_names().values()) <= COUNTRIES
    assert set(language_names().values()) <= LANGUAGES


def test_no_name_hides_a_code() -> None:
    assert not {code.casefold() for code in COUNTRIES} & (country_names().keys() - {"uk", "el"})
    assert not LANGUAGES & language_names().keys()
