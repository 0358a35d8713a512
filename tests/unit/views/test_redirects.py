"""Which addresses a page may lead back to."""

import pytest

from webapp.views.redirects import is_own_path


@pytest.mark.parametrize("address", ["/", "/offers?page=2", "/runs/7#steps"])
def test_paths_of_this_site_are_followed(address: str) -> None:
    assert is_own_path(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\n//evil.example",
        "javascript:alert(1)",
        "offers",
    ],
)
def test_addresses_of_other_sites_are_not(address: str) -> None:
    assert not is_own_path(address)
