"""A JSON feed that comes in pages: all of them or none, and never without end."""

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from vendor_answers import Answer, redirects, says
from vendor_server import Vendor

from jobs.errors import PermanentError, PipelineError, TransientError
from jobs.fetch.http import fetch_http
from jobs.fetch.request import Credentials, Fetched, FetchLimits, KnownVersion, Wanted
from webapp.fetching import Fetching, Paging

OFFERS = [{"id": number} for number in range(1, 8)]
BY_LINK = Paging(kind="next_link", path="next")


def said(page: Any, **headers: Any) -> Answer:
    return says(json.dumps(page).encode(), **headers)


def counted(param: str, size: int, *, by_offset: bool = False) -> Answer:
    """Serves OFFERS in pages as the query says."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        number = int(parse_qs(urlsplit(request.path).query)[param][0])
        start = number if by_offset else (number - 1) * size
        said({"items": OFFERS[start : start + size]})(request)

    return answer


def fetched(vendor: Vendor, tmp_path: Path, paging: Paging, **asked: Any) -> Fetched:
    wanted = Wanted(
        f"{vendor.url}/feed",
        fetching=Fetching(paging=paging),
        record_paths=("items[]",),
        allowed_hosts=frozenset({vendor.host}),
        **asked,
    )
    return fetch_http(wanted, tmp_path / "feed")


def refused(vendor: Vendor, tmp_path: Path, paging: Paging, **asked: Any) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        fetched(vendor, tmp_path, paging, **asked)
    return caught.value


def ids(found: Fetched) -> list[int]:
    pages = [json.loads(file.path.read_bytes()) for file in found.files]
    return [item["id"] for page in pages for item in page["items"]]


def test_each_page_says_where_the_next_one_is(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = said({"items": OFFERS[:3], "next": "/more?at=3"})
    vendor.answers["/more"] = said({"items": OFFERS[3:], "next": None})
    found = fetched(vendor, tmp_path, BY_LINK)
    assert ids(found) == [1, 2, 3, 4, 5, 6, 7]
    assert len(found.files) == 2


def test_a_name_with_dots_may_hold_the_next_address(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = said({"items": OFFERS[:3], "@odata.nextLink": f"{vendor.url}/more"})
    vendor.answers["/more"] = said({"items": OFFERS[3:]})
    assert (
        len(ids(fetched(vendor, tmp_path, Paging(kind="next_link", path="@odata.nextLink")))) == 7
    )


def test_the_link_header_may_hold_the_next_address(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = said({"items": OFFERS[:3]}, Link='</more>; rel="next"')
    vendor.answers["/more"] = said({"items": OFFERS[3:]})
    assert len(ids(fetched(vendor, tmp_path, Paging(kind="next_link")))) == 7


def test_pages_are_counted_until_one_is_empty(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = counted("page", 3)
    found = fetched(vendor, tmp_path, Paging(kind="page", param="page"))
    assert ids(found) == [1, 2, 3, 4, 5, 6, 7]
    assert [path for path, _ in vendor.requests] == [f"/feed?page={n}" for n in (1, 2, 3, 4)]


def test_a_server_may_give_shorter_pages_than_it_was_asked_for(
    vendor: Vendor, tmp_path: Path
) -> None:
    vendor.answers["/feed"] = counted("page", 3)
    found = fetched(
        vendor, tmp_path, Paging(kind="page", param="page", size_param="per_page", size=50)
    )
    assert ids(found) == [1, 2, 3, 4, 5, 6, 7]
    assert vendor.requests[-1][0] == "/feed?page=4&per_page=50"


def test_an_offset_that_would_leave_records_out_is_refused(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = counted("skip", 3, by_offset=True)
    error = refused(vendor, tmp_path, Paging(kind="offset", param="skip", size=5))
    assert error.code == "pages_too_short"


@pytest.mark.parametrize(
    ("size", "status", "is_end"), [(7, 404, True), (9, 400, True), (7, 400, False), (9, 500, False)]
)
def test_a_page_behind_the_last_may_be_refused(
    vendor: Vendor, tmp_path: Path, size: int, status: int, is_end: bool
) -> None:
    first = said({"items": OFFERS})

    def answer(request: BaseHTTPRequestHandler) -> None:
        is_first = urlsplit(request.path).query.startswith("page=1&")
        (first if is_first else says(b"", status))(request)

    vendor.answers["/feed"] = answer
    paging = Paging(kind="page", param="page", size_param="per_page", size=size)
    if is_end:
        assert len(ids(fetched(vendor, tmp_path, paging))) == 7
    else:
        refused(vendor, tmp_path, paging)


def test_an_offset_grows_by_the_size_of_a_page(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = counted("skip", 3, by_offset=True)
    found = fetched(
        vendor, tmp_path, Paging(kind="offset", param="skip", size_param="take", size=3)
    )
    assert len(ids(found)) == 7
    assert [path for path, _ in vendor.requests] == [
        f"/feed?skip={skip}&take=3" for skip in (0, 3, 6, 9)
    ]


def test_a_page_that_fails_fails_the_whole(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = said({"items": OFFERS[:3], "next": "/more"})
    for answer, kind, code in (
        (says(b"", 500), TransientError, "server_error"),
        (says(b"", 404), PermanentError, "not_found"),
        (says(b'{"items": [{"id": 4}'), PermanentError, "not_json"),
        (says(b"<html><title>Log in</title></html>"), PermanentError, "html_instead_of_feed"),
    ):
        vendor.answers["/more"] = answer
        error = refused(vendor, tmp_path, BY_LINK)
        assert (type(error), error.code) == (kind, code)


def test_links_in_a_circle_end(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = said({"items": OFFERS[:3], "next": "/more"})
    vendor.answers["/more"] = said({"items": OFFERS[3:], "next": "/feed"})
    assert refused(vendor, tmp_path, BY_LINK).code == "pages_repeat"


def test_a_server_that_ignores_the_number_of_the_page_is_noticed(
    vendor: Vendor, tmp_path: Path
) -> None:
    vendor.answers["/feed"] = said({"items": OFFERS})
    error = refused(vendor, tmp_path, Paging(kind="page", param="page"))
    assert error.code == "pages_repeat"
    assert len(vendor.requests) == 2


def test_there_is_an_end_to_pages_and_bytes(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = counted("page", 1)
    few = Paging(kind="page", param="page", most_pages=3)
    assert refused(vendor, tmp_path, few).code == "too_many_pages"
    limits = FetchLimits(max_bytes=60)
    many = Paging(kind="page", param="page")
    assert refused(vendor, tmp_path, many, limits=limits).code == "too_large"


def test_a_next_address_on_another_host_gets_no_secret(start_vendor: Any, tmp_path: Path) -> None:
    first, other = start_vendor(), start_vendor()
    first.answers["/feed"] = said({"items": OFFERS[:3], "next": f"{other.url}/more"})
    other.answers["/more"] = said({"items": OFFERS[3:]})
    wanted = Wanted(
        f"{first.url}/feed",
        credentials=Credentials("header", "X-Feed-Key", "s3cr3t-value"),
        fetching=Fetching(paging=BY_LINK),
        record_paths=("items[]",),
        allowed_hosts=frozenset({first.host, other.host}),
    )
    assert len(ids(fetch_http(wanted, tmp_path / "feed"))) == 7
    assert "X-Feed-Key" in first.requests[0][1]
    assert "X-Feed-Key" not in other.requests[0][1]


def test_the_same_pages_again_are_not_modified(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/feed"] = counted("page", 3)
    paging = Paging(kind="page", param="page")
    first = fetched(vendor, tmp_path, paging)
    again = fetched(vendor, tmp_path, paging, known=KnownVersion(sha256=first.sha256))
    assert again.not_modified


def test_a_cookie_set_on_the_way_goes_back_to_its_host_alone(
    start_vendor: Any, tmp_path: Path
) -> None:
    vendor = start_vendor()
    vendor.answers["/feed"] = says(b"", 302, Location="/real", Set_Cookie="seen=yes; Path=/")
    vendor.answers["/real"] = redirects(f"http://localhost:{vendor.host.partition(':')[2]}/far")
    vendor.answers["/far"] = said({"items": OFFERS})
    port = vendor.host.partition(":")[2]
    wanted = Wanted(
        f"{vendor.url}/feed", allowed_hosts=frozenset({vendor.host, f"localhost:{port}"})
    )
    fetch_http(wanted, tmp_path / "feed")
    cookies = [headers.get("Cookie") for _, headers in vendor.requests]
    assert cookies == [None, "seen=yes", None]


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_check_for_robots_is_told_from_a_wrong_password(
    vendor: Vendor, tmp_path: Path, status: int
) -> None:
    vendor.answers["/feed"] = says(b"<html>", status, cf_mitigated="challenge")
    error = refused(vendor, tmp_path, BY_LINK)
    assert (type(error), error.code) == (TransientError, "robot_check")
