"""What an XML parser is told before the first byte of a feed: its encoding, and the names of
characters that XML does not know but PHP programs write."""

from codecs import getincrementaldecoder, lookup
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from jobs.formats.sniff import SniffedDocument
from jobs.formats.text_encoding import letters_sample, usable_encoding
from webapp.bodies.letters import encoding_of_letters, is_utf8
from webapp.bodies.xml_entities import character_names

_LOOK_AT_BYTES = 4_096
_BLANK = b" \t\r\n"
_UTF8_NAMES = ("utf-8", "utf8", "unicode-1-1-utf-8")
_ONE_BYTE_NAMES = ("iso-8859", "iso8859", "latin", "windows-125", "cp125", "koi8", "us-ascii")


class Encoding(NamedTuple):
    name: str
    told: str | None
    """To the parser; None leaves it to libxml2, which knows byte order marks and declarations."""
    is_decoded: bool = False
    """Before the parser sees it, which is then told UTF-8: it does not know every encoding, and
    ends at letters that were cut in two."""


def encoding_of(path: Path, sniffed: SniffedDocument, asked: str | None) -> Encoding:
    """`asked`: by the mapping, whatever the file says. A declaration is believed unless the
    letters of the file contradict it."""
    if asked:
        return Encoding(usable_encoding(asked, path.name), "utf-8", is_decoded=True)
    if (sniffed.byte_encoding or "").startswith("utf-16"):
        return Encoding("UTF-16", None)
    declared = sniffed.declared_encoding or "UTF-8"
    name = declared.lower()
    sample = letters_sample(path)
    if name.startswith(_ONE_BYTE_NAMES):
        has_letters = not all(part.isascii() for part in sample)
        return (
            Encoding("UTF-8", "utf-8")
            if has_letters and is_utf8(sample)
            else Encoding(declared, None)
        )
    # .NET programs declare UTF-16 and then write UTF-8.
    is_utf16 = name.startswith("utf-16")
    if not is_utf16 and name not in _UTF8_NAMES and _is_known(name):
        return Encoding(declared, None)
    if is_utf8(sample):
        return Encoding(declared, None) if name in _UTF8_NAMES else Encoding("UTF-8", "utf-8")
    return Encoding(encoding_of_letters(sample), "utf-8", is_decoded=True)


def in_utf8(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = getincrementaldecoder(encoding)(errors="replace")
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _is_known(name: str) -> bool:
    try:
        return bool(lookup(name))
    except LookupError:
        return False


def skip_blank_start(file: Any) -> int:
    """PHP scripts print blank lines before the XML declaration, where XML allows none.

    Leaves the file at the first byte that counts; returns the number of lines left out.
    """
    start = file.read(_LOOK_AT_BYTES)
    kept = start.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    skipped = start[: len(start) - len(kept)]
    file.seek(len(skipped))
    return int(skipped.count(b"\n"))


def with_character_names(chunk: bytes, sniffed: SniffedDocument) -> bytes:
    """The first chunk of a document with `&nbsp;` and its like declared, unless it has a DOCTYPE,
    where its own declarations would stand."""
    if (sniffed.byte_encoding or "").startswith("utf-16") or b"<!DOCTYPE" in chunk[:65_536]:
        return chunk
    end = chunk.find(b"?>") + 2 if chunk.startswith(b"<?xml") else 0
    if end == 1 or not sniffed.root:
        return chunk
    return chunk[:end] + character_names() + chunk[end:]
