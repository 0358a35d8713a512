"""Works out the encoding of a text that declares none, or the wrong one, from a bounded sample:
UTF-8 where the letters allow it, else the old code page in which they make the most sense in some
language."""

import codecs
from pathlib import Path

from jobs.errors import PermanentError
from webapp.bodies.letters import encoding_of_letters

_START_BYTES = 1_048_576
_SLICE_BYTES = 65_536
_SLICES = 8
_NO_CHARACTERS = frozenset(["unicode-escape", "raw-unicode-escape", "utf-7", "idna", "punycode"])


def encoding_of_text(path: Path, asked: str | None, byte_encoding: str | None) -> str:
    """Of a file that declares nothing. `asked`: by the mapping, whatever the file says;
    `byte_encoding`: what its first bytes say.

    :raise PermanentError: as usable_encoding
    """
    if asked:
        return usable_encoding(asked, path.name)
    if byte_encoding:
        return byte_encoding
    parts = letters_sample(path)
    return _utf16_shape(parts[0][:_SLICE_BYTES]) or encoding_of_letters(parts)


def usable_encoding(name: str, place: str) -> str:
    """:raise PermanentError: a mapping names an encoding that there is not"""
    try:
        found = codecs.lookup(name)
        found.incrementaldecoder("strict").decode(b"")
    except (LookupError, TypeError, AttributeError, UnicodeError):
        found = None
    if found is None or not found._is_text_encoding or found.name in _NO_CHARACTERS:
        raise PermanentError(
            "unknown_encoding",
            f"The encoding “{name}” of this feed's format does not exist.",
            "Choose another one in the format, or none: then it is worked out.",
            place=place,
        )
    return name


def letters_sample(path: Path) -> list[bytes]:
    """The beginning of the file and slices of all the rest."""
    size = path.stat().st_size
    with path.open("rb") as file:
        parts = [file.read(_START_BYTES)]
        for number in range(1, _SLICES + 1):
            place = size * number // _SLICES - _SLICE_BYTES
            if place > _START_BYTES:
                file.seek(place)
                parts.append(file.read(_SLICE_BYTES))
    return parts


def _utf16_shape(head: bytes) -> str | None:
    """Without a mark: every other byte of digits and separators is zero."""
    pairs = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd * 10 > pairs and odd > even * 8:
        return "utf-16-le"
    if even * 10 > pairs and even > odd * 8:
        return "utf-16-be"
    return None
