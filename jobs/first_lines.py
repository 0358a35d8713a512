"""The beginning of what a vendor's server sent, as lines that people may see."""

import codecs
import re
from collections.abc import Collection

from webapp.masking import masked_text

MOST_LINES = 8
LONGEST_LINE = 200
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BETWEEN_TAGS = re.compile(r">\s*<")


def first_lines(head: bytes, secrets: Collection[str]) -> list[str]:
    """At most MOST_LINES; none of a file that holds no text. `secrets`: what the server was told,
    and may say again."""
    lines = _text(head).splitlines()
    if len(lines) <= 2:
        # Many exports are one long line.
        lines = _BETWEEN_TAGS.sub(">\n<", "\n".join(lines)).splitlines()
    shown = (_masked(line.strip(), secrets) for line in lines)
    return [line[:LONGEST_LINE] for line in shown if line][:MOST_LINES]


def _text(head: bytes) -> str:
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), None)
    if encoding is None and b"\0" in head:
        return ""
    if encoding is None:
        try:
            # Its end may be the middle of a character.
            return codecs.getincrementaldecoder("utf-8")().decode(head)
        except UnicodeDecodeError:
            encoding = "cp1252"
    return head.decode(encoding, errors="replace")


def _masked(line: str, secrets: Collection[str]) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in masked_text(line, secrets))
