"""Which encoding letters are in, where nobody says it: UTF-8 if they allow it, else the old code
page in which they make the most sense in some language."""

import codecs
import re
from collections import Counter

_WORDS = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_MOST_WORDS = 3_000
_LATIN = ("windows-1252", "iso8859-15", "cp850", "mac-roman")
_CYRILLIC = ("windows-1251", "koi8-r", "cp866")
# In any code page they may stand beside letters, so they tell nothing.
_SIGNS = frozenset("–—’‘“”„‚…•·°²³½¼«»©®™§´¨¡¿ªº№\xa0\xad")
# Listed by how common they are in feeds: the first of equals is taken.
_LANGUAGES = (
    (_LATIN, "äöüßéà€"),
    (_LATIN, "éèêëàâçîïôûùüœæñ€"),
    (_LATIN, "áéíóúñüç€"),
    (_LATIN, "áâãàçéêíóôõúü€"),
    (_LATIN, "àèéìòù€"),
    (_LATIN, "åäöøæéü€"),
    (_CYRILLIC, "абвгдежзийклмнопрстуфхцчшщъыьэюяёєії€"),
    (("windows-1250", "iso8859-2", "cp852"), "áčďéěíňóřšťúůýžäôľĺŕ€"),
    (("windows-1250", "iso8859-2", "cp852"), "ąćęłńóśźż€"),
    (("windows-1250", "iso8859-2", "cp852"), "áéíóöőúüű€"),
    (("windows-1250", "iso8859-2"), "ăâîşţșț€"),
    (("windows-1250", "iso8859-2", "cp852"), "čćđšž€"),
    (("windows-1253",), "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ€"),
    (("windows-1254",), "çğıİöşüâî€"),
    (("windows-1257",), "āčēģīķļņšūžąęėįų€"),
)
_ALL_OF_THE_WEST = (_LATIN, "äöüßéèêëàâçîïôûùœæñáíóúãõìòåø€")


def is_utf8(parts: list[bytes]) -> bool:
    """Also where a part begins or ends within a letter."""
    for number, part in enumerate(parts):
        start = part if number == 0 else part.lstrip(bytes(range(0x80, 0xC0)))
        try:
            codecs.getincrementaldecoder("utf-8")().decode(start)
        except UnicodeDecodeError:
            return False
    return True


def encoding_of_letters(parts: list[bytes]) -> str:
    """UTF-8 also when a few of its letters are broken."""
    return "utf-8" if is_utf8(parts) else _code_page(b" ".join(parts))


def _code_page(sample: bytes) -> str:
    words = list(dict.fromkeys(_WORDS.findall(sample)))[:_MOST_WORDS]
    text = b" ".join(words)
    decoded = text.decode("utf-8", "replace")
    broken = decoded.count("�")
    if sum(letter > "\x7f" for letter in decoded) > 3 * broken:
        return "utf-8"
    best, best_share = "windows-1252", 0.0
    letters = {
        encoding: _letters(text.decode(encoding, "replace"))
        for encodings, _ in _LANGUAGES
        for encoding in encodings
    }
    for encodings, alphabet in (*_LANGUAGES, _ALL_OF_THE_WEST):
        known = frozenset(alphabet + alphabet.upper())
        for encoding in encodings:
            counted = letters[encoding]
            hits = sum(number for letter, number in counted.items() if letter in known)
            share = hits / max(counted.total(), 1)
            # Many languages at once explain anything, so they must explain much more of it.
            if alphabet is _ALL_OF_THE_WEST[1]:
                share *= 0.85
            if share > best_share:
                best, best_share = encoding, share
    return best


def _letters(text: str) -> Counter[str]:
    """The letters beyond ASCII. What betrays a wrong code page counts as none: a capital within a
    word, and Cyrillic or Greek letters beside Latin ones."""
    found: Counter[str] = Counter()
    for before, letter, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if letter <= "\x7f" or letter in _SIGNS:
            continue
        is_mixed = letter.isupper() and before.islower()
        if "\u0370" <= letter <= "\u052f":
            is_mixed = is_mixed or _is_latin(before) or _is_latin(after)
        found["\0" if is_mixed else letter] += 1
    return found


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()
