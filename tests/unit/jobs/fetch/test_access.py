"""Credentials on their way to a feed: split off, put on, and kept to the web."""

import pytest

from jobs.errors import PermanentError
from jobs.fetch.access import (
    credential_headers,
    redirect_target,
    split_off_userinfo,
    with_query_key,
)
from jobs.fetch.request import Credentials

KEY = Credentials("query", "k", "s&3")


def test_user_and_password_leave_the_address_and_are_decoded() -> None:
    url, credentials = split_off_userinfo("https://ann:p%40ss@a.example:8443/f?x=1#top", None)
    assert url == "https://a.example:8443/f?x=1"
    assert credentials == Credentials("basic", "ann", "p@ss")


def test_credentials_that_were_given_win_over_those_in_the_address() -> None:
    given = Credentials("bearer", "", "t")
    assert split_off_userinfo("https://ann:pw@a.example/", given) == ("https://a.example/", given)


@pytest.mark.parametrize(
    "location",
    ["", "feed.xml", "//a.example", "ftp://a.example/f", "file:///etc/hosts", "https://",
     "http://[x/", "http://a.example:99999/", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(location: str) -> None:
    with pytest.raises(PermanentError) as refused:
        split_off_userinfo(location, None)
    assert refused.value.code == "bad_url"


def test_credentials_become_headers() -> None:
    basic = credential_headers(Credentials("basic", "änn", "pw"))
    assert basic == {"Authorization": b"Basic w6Rubjpwdw=="}
    assert credential_headers(Credentials("bearer", "", "t")) == {"Authorization": b"Bearer t"}
    assert credential_headers(Credentials("header", "X-Key", "t")) == {"X-Key": b"t"}
    assert credential_headers(KEY) == credential_headers(None) == {}


def test_a_query_key_is_added_once() -> None:
    url = with_query_key("https://a.example/f?x=1", KEY)
    assert url == "https://a.example/f?x=1&k=s%263"
    assert with_query_key(url, KEY) == url
    assert with_query_key("https://a.example/f", None) == "https://a.example/f"


def test_credentials_do_not_show_when_printed() -> None:
    assert "s&3" not in repr(KEY)


def test_a_redirect_may_be_relative_but_never_leave_the_web() -> None:
    assert redirect_target("https://a.example/x/y", "../z", "p") == "https://a.example/z"
    with pytest.raises(PermanentError):
        redirect_target("https://a.example/x", "file:///etc/hosts", "p")
