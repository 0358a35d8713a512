"""What kind of markup a file begins with: a feed, a page for people, or nothing but a comment."""

import re
from dataclasses import dataclass
from typing import Literal

from jobs.formats.sniff_html import is_html_table

Markup = Literal["empty", "comment_only", "html", "html_table", "login_page", "receipt", "xml"]

_DECLARED_ENCODING = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.A)
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.S)
_OPEN_COMMENT = re.compile(r"<!--.*\Z", re.S)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+([^\s>\[]+)[^>\[]*(?:\[.*?\]\s*)?>", re.S | re.I)
_ROOT = re.compile(r"<([^\s/>!?][^\s/>]*)")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.S | re.I)
_PASSWORD_FIELD = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.I)
# A page without <html> still begins with one of these: error pages and PHP warnings do.
_HTML_NAMES = frozenset(
    [
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
        "table",
        "font",
        "span",
    ]
)
# What a portal sends back about a feed that it was given, or a server instead of one.
_RECEIPT_NAMES = frozenset(
    [
        "openimmofeedback",
        "importreport",
        "feedreport",
        "exportreport",
        "importresult",
        "uploadresult",
        "validationreport",
        "validationresult",
        "processingreport",
        "receipt",
        "error",
        "errors",
        "fault",
        "exception",
    ]
)


@dataclass(frozen=True, slots=True)
class SniffedMarkup:
    kind: Markup
    root: str | None = None
    declared_encoding: str | None = None
    said: str = ""
    """The title of a page, or the comment."""


def sniff_markup(text: str, *, whole: bool) -> SniffedMarkup:
    """`whole`: the text is all of the file."""
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
        title = _TITLE.search(text)
        kind: Markup = "html_table" if is_html_table(text) else "html"
        if _PASSWORD_FIELD.search(text):
            kind = "login_page"
        return SniffedMarkup(kind, said=title.group(1) if title else "")
    if not rest and not doctype and whole:
        comment = re.search(r"<!--(.*?)(?:-->|\Z)", text, re.S)
        if comment is None:
            return SniffedMarkup("empty")
        return SniffedMarkup("comment_only", said=comment.group(1))
    is_receipt = re.sub(r"[\W_]", "", name or "").lower() in _RECEIPT_NAMES
    return SniffedMarkup("receipt" if is_receipt else "xml", name, declared_encoding)


def _without_prolog(text: str) -> str:
    start = 0
    while found := _PROLOG.match(text, start):
        start = found.end()
    return text[start:]
