"""What kind of document a feed is, told from its first bytes."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from jobs.errors import PermanentError
from jobs.formats.sniff import (
    SniffedDocument,
    refuse_what_is_no_feed,
    refuse_what_is_not_xml,
    sniff_document,
)

FIXTURES = Path("tests/fixtures/xml")

TABLE = (
    b"<html><body><table><tr><th>ref</th><th>town</th><th>price</th></tr>"
    b"<tr><td>A-1</td><td>Altea</td><td>1</td></tr></table></body></html>"
)


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
        (TABLE, "html_table"),
        (
            b"<meta charset=utf-8><TABLE border=1><TR><TH>a<TH>b<TH>c<TR><TD>1<TD>2<TD>3</TABLE>",
            "html_table",
        ),
        (b"<form><input type=password></form>" + TABLE, "login_page"),
        (b"<html><script src=x></script>" + TABLE, "html"),
        (b"<form><input name=q></form>" + TABLE, "html"),
        (b"<table><tr><td>1<td>2<tr><td>3<td>4</table>", "html"),
        (b"<table><tr><td>Error<td>404<td>Not found</table>", "html"),
        (b"<root/>", "xml"),
        (b"<!DOCTYPE root [<!ENTITY a '<html>'>]><root/>", "xml"),
        (b'{"a": 1}', "json"),
        (b"[1]", "json"),
        (b"#HEADER#\nVersion : 3", "blm"),
        (b"PK\x03\x04rest", "zip"),
        (b"PK\x05\x06" + b"\0" * 18, "zip"),
        (b"id;price\n1;2", "csv"),
        (b"nothing to see here", "other"),
        (b'{"id": 1}\n{"id": 2}\n', "jsonl"),
        (b'{\n"id": [{}]}', "json"),
        (b'{"error": "no such token"}', "error"),
        (b'{"success": false, "message": "expired"}', "error"),
        (b'{"errors": [], "offers": [{"id": 1}]}', "json"),
        (b"{hello}, world", "csv"),
        (b"<openimmo_feedback/>", "receipt"),
        (b"<Import-Report><ok/></Import-Report>", "receipt"),
        (b"%PDF-1.7", "refused"),
        (b"MZ\x90\0", "refused"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls"),
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


@pytest.mark.parametrize(
    ("member", "kind"),
    [
        ("xl/workbook.xml", "xlsx"),
        ("word/document.xml", "refused"),
        ("offers.xml", "zip"),
    ],
)
def test_an_archive_is_known_by_its_members(tmp_path: Path, member: str, kind: str) -> None:
    with ZipFile(tmp_path / "feed", "w") as archive:
        archive.writestr(member, "x")
    assert sniff_document(tmp_path / "feed").kind == kind


def test_an_open_document_sheet_is_known_by_its_type(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "feed", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert sniff_document(tmp_path / "feed").kind == "ods"


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b"%PDF-1.7", "not_a_feed", "This is a PDF, not a feed."),
        (b"\xff\xd8\xff\xe0", "not_a_feed", "This is an image (JPEG), not a feed."),
        (b"<openimmo_feedback/>", "receipt_instead_of_feed", "<openimmo_feedback>"),
        (b'{"error": {"message": "Bad key"}}', "error_instead_of_feed", "“Bad key”"),
    ],
)
def test_what_can_never_be_a_feed_is_refused_by_its_name(
    tmp_path: Path, body: bytes, code: str, said: str
) -> None:
    with pytest.raises(PermanentError) as refused:
        refuse_what_is_no_feed(sniffed(tmp_path, body), "feed")
    assert (refused.value.code, said in refused.value.message) == (code, True)
