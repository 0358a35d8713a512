"""Which encoding the letters of a file are in, whatever it declares; told from a bounded sample."""

import re
from codecs import getincrementaldecoder
from pathlib import Path

_START_BYTES = 1_048_576
_SLICE_BYTES = 65_536
_SLICES = 8
_WORDS = re.compile(rb"[\x80-\xff]+")
_UTF8_LETTER = re.compile(rb"[\xc3-\xf4][\x80-\xbf]{1,3}")


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


def is_utf8(parts: list[bytes]) -> bool:
    """Also where a part begins or ends within a letter."""
    for number, part in enumerate(parts):
        start = part if number == 0 else part.lstrip(bytes(range(0x80, 0xC0)))
        try:
            getincrementaldecoder("utf-8")().decode(start)
        except UnicodeDecodeError:
            return False
    return True


def encoding_of_letters(parts: list[bytes]) -> str:
    """UTF-8 also when a few of its letters are broken; else the old code page of the language."""
    text = b" ".join(parts)
    whole_letters = len(_UTF8_LETTER.findall(text))
    words = [word for word in _WORDS.findall(text) if word]
    if is_utf8(parts) or whole_letters > len(words) // 2:
        return "utf-8"
    return _cyrillic(words) or "windows-1252"


def _cyrillic(words: list[bytes]) -> str | None:
    """Letters above 127 stand alone in words of western languages, and together in these."""
    letters = b"".join(words)
    in_words = sum(len(word) for word in words if len(word) > 2)
    if in_words * 2 < len(letters):
        return None
    upper_half = sum(letter >= 0xE0 for letter in letters)
    lower_half = sum(0xC0 <= letter < 0xE0 for letter in letters)
    # Small letters are the most, and the two code pages hold them in opposite places.
    return "windows-1251" if upper_half >= lower_half else "koi8-r"


def text_encoding_of(path: Path, byte_encoding: str | None) -> str:
    """Of a file that declares nothing; `byte_encoding` is what its first bytes say."""
    return byte_encoding or encoding_of_letters(letters_sample(path))
