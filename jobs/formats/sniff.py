"""A first look at a spooled file: what kind of document is it, before anybody parses it?"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from jobs.errors import PermanentError
from jobs.formats.sniff_binary import binary_container, named_binary
from jobs.formats.sniff_json import said_error, sniff_json
from jobs.formats.sniff_markup import sniff_markup

Refused = Literal["empty", "comment_only", "html", "login_page", "receipt", "error", "refused"]
Kind = Literal[
    Refused,
    "xml",
    "json",
    "jsonl",
    "csv",
    "blm",
    "xlsx",
    "xls",
    "ods",
    "html_table",
    "zip",
    "gzip",
    "other",
]

_LOOK_AT_BYTES = 65_536
_EXCERPT_CHARS = 80
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    *((character + b"\0", "utf-16-le") for character in (b"<", b"{", b"[")),
    *((b"\0" + character, "utf-16-be") for character in (b"<", b"{", b"[")),
)
_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class SniffedDocument:
    kind: Kind
    root: str | None = None
    declared_encoding: str | None = None
    byte_encoding: str | None = None
    """What the first bytes say (a BOM, or the shape of UTF-16); None when they say nothing."""
    excerpt: str = ""
    """A page's title, a comment, an error's words, the beginning of a text, or what it is."""


def sniff_document(path: Path) -> SniffedDocument:
    with path.open("rb") as file:
        head = file.read(_LOOK_AT_BYTES)
        whole = not file.read(1)
    if binary := named_binary(head):
        return SniffedDocument("refused", excerpt=binary)
    if container := binary_container(head, path):
        if container == "docx":
            return SniffedDocument("refused", excerpt="a Word document")
        return SniffedDocument(cast(Kind, container))
    byte_encoding = next((name for mark, name in _BOMS if head.startswith(mark)), None)
    # latin-1 never fails, and everything looked for below is plain ASCII.
    text = head.decode(byte_encoding or "latin-1", errors="replace").lstrip("\ufeff\x1e \t\r\n\0")
    return _sniff_text(text, byte_encoding, whole=whole)


def _sniff_text(text: str, byte_encoding: str | None, *, whole: bool) -> SniffedDocument:
    if not text:
        return SniffedDocument("empty")
    if text.startswith("<"):
        found = sniff_markup(text, whole=whole)
        said = _shortened(_utf8_if_possible(found.said, byte_encoding))
        root = found.root and _utf8_if_possible(found.root, byte_encoding)
        return SniffedDocument(found.kind, root, found.declared_encoding, byte_encoding, said)
    if kind := sniff_json(text):
        said = said_error(_utf8_if_possible(text, byte_encoding)) if whole else ""
        if said:
            return SniffedDocument("error", excerpt=_shortened(said))
        return SniffedDocument(kind, byte_encoding=byte_encoding)
    if text.upper().startswith("#HEADER#"):
        return SniffedDocument("blm", byte_encoding=byte_encoding)
    excerpt = _shortened(_utf8_if_possible(text[:1000], byte_encoding))
    # A few stray ones get into texts that people paste.
    is_text = len(_NO_TEXT.findall(text)) * 100 <= len(text)
    looks_like_rows = is_text and re.search(r"[,;\t|#~]", text)
    return SniffedDocument(
        "csv" if looks_like_rows else "other", byte_encoding=byte_encoding, excerpt=excerpt
    )


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
    if sniffed.kind == "receipt":
        raise PermanentError(
            "receipt_instead_of_feed",
            f"This is no feed but an answer about one (its outermost element is "
            f"<{sniffed.root}>), as portals send them back.",
            "Ask the vendor for the address of the feed itself. No offer was changed or withdrawn.",
            place=place,
        )
    if sniffed.kind == "error":
        raise PermanentError(
            "error_instead_of_feed",
            f"Instead of the feed an error message came: “{sniffed.excerpt}”.",
            "Check the address and the access data of this source with the vendor. No offer was "
            "changed or withdrawn.",
            place=place,
        )
    if sniffed.kind == "refused":
        raise PermanentError(
            "not_a_feed",
            f"This is {sniffed.excerpt}, not a feed.",
            "Ask the vendor for the offers as XML, CSV, Excel or JSON.",
            place=place,
        )


def refuse_what_is_not(
    name: str, kinds: Collection[str], sniffed: SniffedDocument, place: str
) -> None:
    """`name`: of the wanted format, as people call it."""
    refuse_what_is_no_feed(sniffed, place)
    if sniffed.kind in kinds:
        return
    if sniffed.kind == "html_table":
        what = f"The file is not {name} but a table in a web page, as programs write for Excel."
    elif sniffed.excerpt:
        what = f"The file is not {name}; it begins with “{sniffed.excerpt}”."
    else:
        what = f"The file is not {name} but {sniffed.kind.upper()}."
    raise PermanentError(
        f"not_{name.lower()}",
        what,
        f"Choose the matching file format in the source's settings, or ask the vendor for the "
        f"{name} feed.",
        place=place,
    )


def refuse_what_is_not_xml(sniffed: SniffedDocument, place: str) -> None:
    refuse_what_is_not("XML", ("xml",), sniffed, place)


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
