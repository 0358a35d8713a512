"""A first look at a spooled file: what kind of document is it, before anybody parses it?"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jobs.errors import PermanentError

Kind = Literal["empty", "comment_only", "html", "login_page", "xml", "json", "blm", "zip", "other"]

_LOOK_AT_BYTES = 65_536
_EXCERPT_CHARS = 80
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED_ENCODING = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.A)
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.S)
_OPEN_COMMENT = re.compile(r"<!--.*\Z", re.S)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+([^\s>\[]+)[^>\[]*(?:\[.*?\]\s*)?>", re.S | re.I)
_ROOT = re.compile(r"<([^\s/>!?][^\s/>]*)")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.S | re.I)
_PASSWORD_FIELD = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.I)
# A page without <html> still begins with one of these: error pages and PHP warnings do.
_HTML_NAMES = frozenset(
    (
        "html",
        "head",
        "body",
        "meta",
        "style",
        "script",
        "div",
        "p",
        "br",
        "b",
        "h1",
        "h2",
        "pre",
        "form",
        "center",
    )
)


@dataclass(frozen=True, slots=True)
class SniffedDocument:
    kind: Kind
    root: str | None = None
    declared_encoding: str | None = None
    byte_encoding: str | None = None
    """What the first bytes say (a BOM, or the shape of UTF-16); None when they say nothing."""
    excerpt: str = ""


def sniff_document(path: Path) -> SniffedDocument:
    with path.open("rb") as file:
        head = file.read(_LOOK_AT_BYTES)
        whole = not file.read(1)
    if head.startswith(b"PK\x03\x04"):
        return SniffedDocument("zip")
    byte_encoding = next((name for mark, name in _BOMS if head.startswith(mark)), None)
    # latin-1 never fails, and everything looked for below is plain ASCII.
    text = head.decode(byte_encoding or "latin-1", errors="replace").lstrip("\ufeff \t\r\n\0")
    if not text:
        return SniffedDocument("empty")
    if text.startswith("<"):
        return _sniff_markup(text, byte_encoding, whole)
    if text.startswith(("{", "[")):
        return SniffedDocument("json")
    if text.startswith("#HEADER#"):
        return SniffedDocument("blm")
    return SniffedDocument("other", excerpt=_excerpt(head, byte_encoding))


def refuse_what_is_no_feed(sniffed: SniffedDocument, place: str) -> None:
    """A vendor's server may answer "all is well" and send nothing, or a page for people."""
    if sniffed.kind == "empty":
        raise PermanentError(
            "empty_feed",
            "The feed is empty: the file holds no data.",
            "Ask the vendor why the export is empty. No offer was changed or withdrawn.",
            place=place,
        )
    if sniffed.kind == "comment_only":
        raise PermanentError(
            "empty_feed",
            f"The file holds only a comment, no offers: “{sniffed.excerpt}”.",
            "The feed may have moved: ask the vendor for its current address. "
            "No offer was changed or withdrawn.",
            place=place,
        )
    if sniffed.kind == "login_page":
        raise PermanentError(
            "login_page",
            f"Instead of the feed a login page came{_titled(sniffed)}.",
            "Check the address and the user name and password of this source with the vendor.",
            place=place,
        )
    if sniffed.kind == "html":
        raise PermanentError(
            "html_instead_of_feed",
            f"Instead of the feed a web page came{_titled(sniffed)}.",
            "Open the address in a browser to see what it shows, and ask the vendor for the "
            "address of the feed itself.",
            place=place,
        )


def refuse_what_is_not_xml(sniffed: SniffedDocument, place: str) -> None:
    refuse_what_is_no_feed(sniffed, place)
    if sniffed.kind == "xml":
        return
    if sniffed.kind == "other":
        what = f"The file is not XML; it begins with “{sniffed.excerpt}”."
    else:
        what = f"The file is not XML but {sniffed.kind.upper()}."
    raise PermanentError(
        "not_xml",
        what,
        "Choose the matching file format in the source's settings, or ask the vendor for the "
        "XML feed.",
        place=place,
    )


def _sniff_markup(text: str, byte_encoding: str | None, whole: bool) -> SniffedDocument:
    declared = _DECLARED_ENCODING.match(text)
    declared_encoding = declared.group(1) if declared else None
    rest = _OPEN_COMMENT.sub("", _without_prolog(text))
    doctype = _DOCTYPE.match(rest)
    if doctype:
        rest = _OPEN_COMMENT.sub("", _without_prolog(rest[doctype.end() :]))
    root = _ROOT.match(rest)
    name = root.group(1).rpartition(":")[2] if root else None
    first_name = doctype.group(1) if doctype else name or ""
    if first_name.lower() in _HTML_NAMES or (name or "").lower() in _HTML_NAMES:
        kind: Kind = "login_page" if _PASSWORD_FIELD.search(text) else "html"
        title = _TITLE.search(text)
        said = _utf8_if_possible(title.group(1), byte_encoding) if title else ""
        return SniffedDocument(kind, excerpt=_shortened(said))
    if not rest and not doctype and whole:
        comment = re.search(r"<!--(.*?)(?:-->|\Z)", text, re.S)
        if comment is None:
            return SniffedDocument("empty")
        said = _utf8_if_possible(comment.group(1), byte_encoding)
        return SniffedDocument("comment_only", excerpt=_shortened(said))
    return SniffedDocument("xml", name, declared_encoding, byte_encoding)


def _without_prolog(text: str) -> str:
    start = 0
    while found := _PROLOG.match(text, start):
        start = found.end()
    return text[start:]


def _excerpt(head: bytes, byte_encoding: str | None) -> str:
    return _shortened(head[:1000].decode(byte_encoding or "utf-8", errors="replace"))


def _utf8_if_possible(text: str, byte_encoding: str | None) -> str:
    if byte_encoding is None:
        return text.encode("latin-1").decode("utf-8", errors="replace")
    return text


def _shortened(text: str) -> str:
    """One line of printable characters, short enough for a message."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _EXCERPT_CHARS else line[: _EXCERPT_CHARS - 1] + "…"


def _titled(sniffed: SniffedDocument) -> str:
    return f" with the title “{sniffed.excerpt}”" if sniffed.excerpt else ""
