"""The letters of a body: unpacked, in the encoding that it is really in."""

import codecs
import re
import zlib

from webapp.bodies.letters import encoding_of_letters
from webapp.bodies.unreadable import UnreadableBody
from webapp.webhooks import MOST_BYTES

_GZIP = b"\x1f\x8b"
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-16", "utf-32")


def text_of_body(body: bytes, content_type: str) -> str:
    """:raise UnreadableBody: it holds nothing, or can't be unpacked"""
    body = unpacked(body)
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            text = body[len(mark) :].decode(encoding, "replace")
            break
    else:
        text = decoded(body, content_type)
    if not text.strip():
        raise UnreadableBody("empty", "The body is empty.")
    return text


def decoded(body: bytes, content_type: str) -> str:
    """What declares another encoding is believed, unless the letters are plainly UTF-8."""
    told = _told_encoding(body, content_type)
    for encoding in (told, "utf-8") if told.startswith(_WIDE) else ("utf-8", told):
        try:
            return body.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return body.decode(encoding_of_letters([body]), "replace")


def _told_encoding(body: bytes, content_type: str) -> str:
    """By the header, else by the XML declaration; UTF-8 where nobody says one that there is."""
    if named := _CHARSET.search(content_type):
        told = named[1]
    else:
        declared = _DECLARED.match(body)
        told = declared[1].decode() if declared else "utf-8"
    try:
        found = codecs.lookup(told)
    except (LookupError, ValueError):
        return "utf-8"
    return found.name if found._is_text_encoding else "utf-8"


def unpacked(body: bytes) -> bytes:
    """As it is, unless it is gzip.

    :raise UnreadableBody: it can't be unpacked
    """
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise UnreadableBody(
            "bad_gzip",
            "The body begins like gzip, but can't be unpacked. Send it again as a whole.",
        ) from None
    if len(content) > MOST_BYTES:
        raise UnreadableBody(
            "too_large_unpacked",
            f"Unpacked, the body is larger than {MOST_BYTES // 1024**2} MB. Send fewer records at "
            "once.",
        )
    if not unpacker.eof:
        raise UnreadableBody(
            "bad_gzip", "The body's gzip ends before its end. Send it again as a whole."
        )
    return content
