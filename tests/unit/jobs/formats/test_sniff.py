"""What kind of document a feed is, told from its first bytes."""

from pathlib import Path

import pytest

from jobs.errors import PermanentError
from jobs.formats.sniff import (
    SniffedDocument,
    refuse_what_is_no_feed,
    refuse_what_is_not_xml,
    sniff_document,
)

FIXTURES = Path("tests/fixtures/xml")


def sniffed(tmp_path: Path, body: bytes) -> SniffedDocument:
    path = tmp_path / "feed"
    path.write_bytes(body)
    return sniff_document(path)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b'<?xml version="1.0"?>\n', "empty"),
        (b"<!-- moved -->", "comment_only"),
        (b'<?xml version="1.0"?><!-- a --><!-- b -->\n', "comment_only"),
        (b"<!DOCTYPE HTML><html></html>", "html"),
        (b"\n<!-- served --><html><body>x</body></html>", "html"),
        (b"<br />\n<b>Warning</b>: mysqli_connect()", "html"),
        (b"<h1>502 Bad Gateway</h1>", "html"),
        (b"<html><form><INPUT TYPE=Password></form></html>", "login_page"),
        (b"<root/>", "xml"),
        (b"<!DOCTYPE root [<!ENTITY a '<html>'>]><root/>", "xml"),
        (b'{"a": 1}', "json"),
        (b"[1]", "json"),
        (b"#HEADER#\nVersion : 3", "blm"),
        (b"PK\x03\x04rest", "zip"),
        (b"id;price\n1;2", "other"),
    ],
)
def test_a_document_is_known_by_its_first_bytes(tmp_path: Path, body: bytes, kind: str) -> None:
    assert sniffed(tmp_path, body).kind == kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_root_is_found_in_every_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    found = sniffed(tmp_path, "<?xml version='1.0'?><y:фид xmlns:y='urn:y'/>".encode(encoding))
    assert found.kind == "xml"
    assert found.root is not None
    if encoding.startswith("utf-16"):
        assert found.root == "фид"


def test_a_long_comment_at_the_start_does_not_hide_the_feed(tmp_path: Path) -> None:
    body = b"<!--" + b"x" * 100_000 + b"--><root/>"
    assert sniffed(tmp_path, body).kind == "xml"


def test_a_login_page_is_refused_with_its_title() -> None:
    found = sniff_document(FIXTURES / "login_page.html")
    with pytest.raises(PermanentError, match="Sign in – Example CRM") as refused:
        refuse_what_is_no_feed(found, "https://www.example.com/feed")
    assert refused.value.code == "login_page"
    assert refused.value.place == "https://www.example.com/feed"
    assert "password" in refused.value.hint


def test_a_file_with_only_a_comment_is_refused_as_empty_and_quotes_it() -> None:
    found = sniff_document(FIXTURES / "only_a_comment.xml")
    with pytest.raises(PermanentError, match="moved to the new folder") as refused:
        refuse_what_is_no_feed(found, "feed")
    assert refused.value.code == "empty_feed"


def test_json_is_a_feed_but_no_xml(tmp_path: Path) -> None:
    found = sniffed(tmp_path, b"[]")
    refuse_what_is_no_feed(found, "feed")
    with pytest.raises(PermanentError, match="not XML but JSON") as refused:
        refuse_what_is_not_xml(found, "feed")
    assert refused.value.code == "not_xml"


def test_plain_text_is_quoted_without_its_control_characters(tmp_path: Path) -> None:
    found = sniffed(tmp_path, "Достъпът\x1b[31m\nе отказан. ".encode() * 9)
    with pytest.raises(PermanentError) as refused:
        refuse_what_is_not_xml(found, "feed")
    assert "Достъпът [31m е отказан." in refused.value.message
    assert refused.value.message.endswith("…”.")
