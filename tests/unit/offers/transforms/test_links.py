"""Web addresses as vendors write them."""

from typing import Any

import pytest

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.links import url


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://img.example/a.jpg", "http://img.example/a.jpg"),
        ("https://img.example:8443/a?b=1&c=2#d", "https://img.example:8443/a?b=1&c=2#d"),
        (" http://img.example/01 front.jpg ", "http://img.example/01%20front.jpg"),
        ("http://img.example/01%20front.jpg", "http://img.example/01%20front.jpg"),
        ("http://img.example/a?x=1&amp;y=2", "http://img.example/a?x=1&y=2"),
        ("http://img.example/salón.jpg", "http://img.example/sal%C3%B3n.jpg"),
        ("https://имоти.example/a", "https://xn--h1aaliu.example/a"),
        ("//img.example/a.jpg", "https://img.example/a.jpg"),
        ("www.agency.example/1", "http://www.agency.example/1"),
        ("HTTP://Img.Example/A.jpg", "http://img.example/A.jpg"),
        ("http://[2001:db8::1]:80/a b", "http://[2001:db8::1]:80/a%20b"),
        ("https%3A%2F%2Fimg.example%2Fa%23b", "https://img.example/a#b"),
        ("http://img.example/a\n.jpg", "http://img.example/a.jpg"),
        ('http://img.example/"><script>', "http://img.example/%22%3E%3Cscript%3E"),
    ],
)
def test_a_web_address_is_made_complete_and_encoded(given: str, expected: str) -> None:
    assert url(given) == expected
    assert url(expected) == expected


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "h",
        "01.jpg",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "ftp://img.example/a.jpg",
        "http://",
        "http:///a.jpg",
        "http://a b/c",
        "http://user:secret@img.example/a.jpg",
        "http://[::1/a",
        "http://img.example:99999/a",
        "http://..",
        "http://img.example/\ud800",
        "http://img.example/" + "a" * 2000,
        None,
        5,
        ["http://img.example/a.jpg"],
    ],
)
def test_anything_else_is_refused(bad: Any) -> None:
    with pytest.raises(BadValue) as refused:
        url(bad)
    assert refused.value.code == "bad_url"
