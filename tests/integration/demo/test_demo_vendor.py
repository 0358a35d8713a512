"""The demo vendor over real sockets: generations, validators, and each way of misbehaving."""

import gzip
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from lxml import etree

from demo.modes import Mode
from demo.vendor import running_vendor

TIMEOUT = 10


@pytest.fixture(scope="module")
def vendor() -> Iterator[str]:
    with running_vendor() as base_url:
        yield base_url


def get(url: str, **headers: str) -> requests.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(url, headers=names, timeout=TIMEOUT, allow_redirects=False)


def ids(body: bytes) -> list[str | None]:
    return [record.findtext("id") for record in etree.fromstring(body).findall("property")]


def raw_answer(base_url: str, path: str) -> tuple[bytes, bytes]:
    """Head and body as they come over the wire until the vendor closes."""
    address = urlsplit(base_url)
    with socket.create_connection((address.hostname, address.port), timeout=TIMEOUT) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: vendor\r\n\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    return head, body


def test_a_feed_has_the_asked_number_of_offers(vendor: str) -> None:
    answer = get(f"{vendor}/kyero/first.xml?offers=12")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/xml"
    assert len(ids(answer.content)) == 12


def test_each_fetch_of_a_changing_feed_is_the_next_generation(vendor: str) -> None:
    url = f"{vendor}/kyero/changing.xml?offers=40&changed=0.5"
    fetched = [get(url).content for _ in range(3)]
    assert len(set(fetched)) == 3
    assert fetched == [get(f"{url}&generation={n}").content for n in range(3)]


def test_looking_at_a_pinned_generation_or_the_head_moves_nothing_on(vendor: str) -> None:
    url = f"{vendor}/kyero/still.xml?offers=40&changed=0.5"
    get(f"{url}&generation=9")
    head = requests.head(url, timeout=TIMEOUT)
    assert head.headers["Content-Length"] == str(len(get(url).content))
    assert get(url).content == get(f"{url}&generation=1").content


@pytest.mark.parametrize(
    ("request_header", "answer_header"),
    [("If_None_Match", "ETag"), ("If_Modified_Since", "Last-Modified")],
)
def test_an_unchanged_feed_is_not_sent_again(
    vendor: str, request_header: str, answer_header: str
) -> None:
    url = f"{vendor}/kyero/quiet.xml"
    first = get(url)
    again = get(url, **{request_header: first.headers[answer_header]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_changed_feed_is_sent_whatever_the_validator(vendor: str) -> None:
    url = f"{vendor}/kyero/busy.xml?changed=0.5"
    first = get(url)
    known = first.headers
    assert get(url, If_None_Match=known["ETag"]).status_code == 200
    assert get(url, If_Modified_Since=known["Last-Modified"]).status_code == 200


def test_the_tag_decides_when_tag_and_date_disagree(vendor: str) -> None:
    url = f"{vendor}/kyero/both.xml"
    date = get(url).headers["Last-Modified"]
    assert get(url, If_None_Match='"old"', If_Modified_Since=date).status_code == 200


@pytest.mark.parametrize(("mode", "status"), [("500", 500), ("503", 503), ("404", 404)])
def test_error_statuses_come_on_demand(vendor: str, mode: str, status: int) -> None:
    assert get(f"{vendor}/kyero/a.xml?mode={mode}").status_code == status


def test_half_and_one_gone_leave_the_newer_offers(vendor: str) -> None:
    url = f"{vendor}/kyero/a.xml?offers=21"
    everything = ids(get(url).content)
    assert ids(get(f"{url}&mode=half").content) == everything[10:]
    assert ids(get(f"{url}&mode=one_gone").content) == everything[1:]


def test_duplicates_hold_one_id_twice(vendor: str) -> None:
    found = ids(get(f"{vendor}/kyero/a.xml?offers=6&mode=duplicates").content)
    assert len(found) == 7
    assert len(set(found)) == 6


def test_a_truncated_feed_has_the_right_length_and_wrong_xml(vendor: str) -> None:
    answer = get(f"{vendor}/kyero/a.xml?mode=truncated")
    assert answer.headers["Content-Length"] == str(len(answer.content))
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.content)


def test_a_truncated_feed_is_sent_also_to_who_knows_the_whole_one(vendor: str) -> None:
    url = f"{vendor}/kyero/a.xml"
    assert get(f"{url}?mode=truncated", If_None_Match=get(url).headers["ETag"]).status_code == 200


def test_a_cut_connection_delivers_less_than_promised(vendor: str) -> None:
    head, body = raw_answer(vendor, "/kyero/a.xml?mode=cut")
    promised = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert 0 < len(body) < promised


def test_a_slow_feed_starts_but_takes_its_time(vendor: str) -> None:
    url = f"{vendor}/kyero/a.xml?mode=slow"
    with requests.get(url, stream=True, timeout=TIMEOUT) as answer:
        first = next(answer.iter_content(1000))
        assert first.startswith(b"<?xml")
        assert int(answer.headers["Content-Length"]) > 300_000


def test_a_hanging_vendor_says_nothing(vendor: str) -> None:
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{vendor}/kyero/a.xml?mode=hang", timeout=0.3)


@pytest.mark.parametrize(
    ("mode", "beginning"),
    [("empty", b""), ("comment", b"<?xml"), ("html", b"<!doctype html>")],
)
def test_bodies_that_are_no_feed_come_with_status_200(
    vendor: str, mode: str, beginning: bytes
) -> None:
    answer = get(f"{vendor}/kyero/a.xml?mode={mode}")
    assert answer.status_code == 200
    assert answer.content.startswith(beginning)
    assert b"<property>" not in answer.content
    assert bool(answer.content) == bool(beginning)


def test_a_bomb_and_an_external_entity_are_declared(vendor: str) -> None:
    bomb = get(f"{vendor}/kyero/a.xml?mode=bomb").content
    assert len(bomb) < 3000
    guarded = etree.XMLParser(resolve_entities=True, huge_tree=False)
    with pytest.raises(etree.XMLSyntaxError, match=r"(?i)entit|amplification"):
        etree.fromstring(bomb, guarded)
    assert b'SYSTEM "file:///etc/passwd"' in get(f"{vendor}/kyero/a.xml?mode=xxe").content


def test_a_huge_answer_goes_on_without_naming_its_length(vendor: str) -> None:
    url = f"{vendor}/kyero/a.xml?mode=huge"
    with requests.get(url, stream=True, timeout=TIMEOUT) as answer:
        assert "Content-Length" not in answer.headers
        received = 0
        for chunk in answer.iter_content(1 << 20):
            received += len(chunk)
            if received > 20_000_000:
                break
    assert received > 20_000_000


def test_a_packed_feed_is_the_plain_feed(vendor: str) -> None:
    address = urlsplit(vendor)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=TIMEOUT)
    connection.request("GET", "/kyero/a.xml?mode=gzip")
    answer = connection.getresponse()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.read()) == get(f"{vendor}/kyero/a.xml").content
    connection.close()


def test_redirects_lead_to_the_real_feed_or_to_a_private_address(vendor: str) -> None:
    moved = get(f"{vendor}/kyero/a.xml?offers=4&mode=redirect")
    assert moved.status_code == 302
    assert len(ids(get(vendor + moved.headers["Location"]).content)) == 4
    private = get(f"{vendor}/kyero/a.xml?mode=redirect_private")
    assert private.headers["Location"] == "http://169.254.169.254/"


def test_a_protected_feed_wants_user_and_password(vendor: str) -> None:
    url = f"{vendor}/protected/kyero/a.xml"
    refused = get(url)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")
    assert requests.get(url, auth=("demo", "wrong"), timeout=TIMEOUT).status_code == 401
    assert requests.get(url, auth=("demo", "demo"), timeout=TIMEOUT).status_code == 200


def test_a_mode_set_by_hand_holds_for_the_same_address_until_it_is_normal_again(
    vendor: str,
) -> None:
    url = f"{vendor}/kyero/steered.xml?offers=10"
    requests.post(f"{vendor}/control/steered?mode=half", timeout=TIMEOUT)
    assert len(ids(get(url).content)) == 5
    assert len(ids(get(f"{vendor}/kyero/other.xml?offers=10").content)) == 10
    requests.post(f"{vendor}/control/steered", data={"mode": "normal"}, timeout=TIMEOUT)
    assert len(ids(get(url).content)) == 10


def test_a_redirect_set_by_hand_ends_at_the_real_feed(vendor: str) -> None:
    requests.post(f"{vendor}/control/moved?mode=redirect", timeout=TIMEOUT)
    answer = requests.get(f"{vendor}/kyero/moved.xml?offers=3", timeout=TIMEOUT)
    assert answer.url == f"{vendor}/real/moved.xml?offers=3"
    assert len(ids(answer.content)) == 3


def test_the_page_shows_every_mode_and_the_one_that_is_set(vendor: str) -> None:
    page = requests.post(f"{vendor}/control/shown?mode=cut", timeout=TIMEOUT)
    assert page.url == f"{vendor}/"
    assert "now: <strong>cut</strong>" in page.text
    assert all(f"<dt>{mode}</dt>" in page.text for mode in Mode)
    assert 'action="/control/costa-clara"' in page.text


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/kyero/a.xml?offers=lots", 400, "offers=lots is not a whole number"),
        ("GET", "/nowhere", 404, "There is nothing here"),
        ("POST", "/control/a?mode=sleepy", 400, "There is no mode 'sleepy'"),
        ("POST", "/kyero/a.xml", 400, "Post to /control/AGENCY"),
    ],
)
def test_wrong_requests_are_refused_in_a_sentence(
    vendor: str, method: str, path: str, status: int, sentence: str
) -> None:
    answer = requests.request(method, vendor + path, timeout=TIMEOUT)
    assert answer.status_code == status
    assert answer.text.startswith(sentence)


def test_as_a_process_it_says_where_it_is_and_clears_up_when_stopped(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.vendor", "--port", "0"],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        base_url = process.stdout.readline().split()[-1]
        assert get(f"{base_url}kyero/a.xml").status_code == 200
        assert list(tmp_path.iterdir()) != []
        process.terminate()
        assert process.wait(TIMEOUT) == 0
    assert list(tmp_path.iterdir()) == []
