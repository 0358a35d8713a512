"""Where a secret may follow an address that changed."""

import pytest

from webapp.addresses import same_server


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("http://a.example/x", "http://a.example/y", True),
        ("http://a.example/x", "https://a.example/y", True),
        ("http://a.example:80/x", "https://a.example:443/y", True),
        ("https://a.example/x", "http://a.example/y", False),
        ("http://a.example:8080/x", "http://a.example:8081/x", False),
        ("http://a.example:8080/x", "https://a.example/x", False),
        ("http://a.example/x", "http://b.a.example/x", False),
    ],
)
def test_credentials_stay_with_their_host(old: str, new: str, same: bool) -> None:
    assert same_server(old, new) is same
